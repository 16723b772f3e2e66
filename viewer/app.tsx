/** The shell of the page: header, the plots, and the side panel. */
import { useRef } from 'preact/hooks'
import { drawer, Side, type Tab } from './panels/side.tsx'
import { chooseTheme } from './theme.ts'
import { trace } from './traces.ts'
import { theme } from './view.ts'

export function App() {
  return (
    <div class="shell">
      <Header />
      <main>{trace.value ? trace.value.name : ''}</main>
      <Side panels={panels} />
    </div>
  )
}

const panels: Record<Tab, string> = { Populations: '', Selection: '', Live: '', Equations: '', Scenario: '', Compare: '' }

function Header() {
  const picker = useRef<HTMLInputElement>(null)
  const other = theme.value === 'light' ? 'dark' : 'light'
  return (
    <header>
      <h1>Hillock</h1>
      <span class="name">{trace.value?.name}</span>
      <input ref={picker} type="file" class="unseen" accept=".hlk,.yaml,.yml" multiple tabIndex={-1} aria-label="File to open" />
      <button type="button" onClick={() => picker.current?.click()}>
        Open…
      </button>
      <button type="button" onClick={() => chooseTheme(other)} aria-label={`Use ${other} colours`}>
        {other === 'dark' ? 'Dark' : 'Light'}
      </button>
      <button type="button" aria-label="Keys">
        ?
      </button>
      <button
        type="button"
        class="drawer-button"
        aria-expanded={drawer.value}
        aria-controls="side"
        onClick={() => {
          drawer.value = !drawer.value
        }}
      >
        Panels
      </button>
    </header>
  )
}
