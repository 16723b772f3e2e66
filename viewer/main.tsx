/** The page's entry: puts the app into the document. */
import { render } from 'preact'
import { App } from './app.tsx'
import { keepTheme } from './theme.ts'

const place = document.getElementById('app')
if (!place) throw new Error('index.html has no #app')
keepTheme()
render(<App />, place)
