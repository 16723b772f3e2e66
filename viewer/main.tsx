/** The page's entry: puts the app into the document and opens what its address asks for. */
import { render } from 'preact'
import { keepAddress } from './opening/address-bar.ts'
import { App } from './app.tsx'
import { listenToDrops } from './opening/dropping.ts'
import { listenToKeys } from './moving/keys.ts'
import { followRuns, rememberPlaces } from './moving/navigation.ts'
import { openAsked } from './opening/opening.ts'
import { keepTheme } from './theme.ts'

const place = document.getElementById('app')
if (!place) throw new Error('index.html has no #app')
keepTheme()
keepAddress()
listenToKeys()
listenToDrops()
followRuns()
rememberPlaces()
render(<App />, place)

void openAsked()
