/** The shell of the page: header, plots, and the side panel. */
import { useRef } from 'preact/hooks'
import { dropping } from './dropping.ts'
import { openHelp } from './keys.ts'
import { openFiles, opening } from './opening.ts'
import { HelpSheet } from './panels/help-sheet.tsx'
import { Notices } from './panels/notices.tsx'
import { PopulationsPanel } from './panels/populations-panel.tsx'
import { SelectionPanel } from './panels/selection-panel.tsx'
import { drawer, Side } from './panels/side.tsx'
import { Counts } from './plot/counts.tsx'
import { Overview } from './plot/overview.tsx'
import { Playhead } from './plot/playhead.tsx'
import { RasterPlot } from './plot/raster-plot.tsx'
import { Toolbar } from './plot/toolbar.tsx'
import { Strips } from './strips/strips.tsx'
import { chooseTheme } from './theme.ts'
import { other, trace } from './traces.ts'
import { groups, theme } from './view.ts'

export function App() {
  return (
    <div class={dropping.value ? 'shell dropping' : 'shell'}>
      <Header />
      <main>
        {trace.value ? <Plots /> : <Beginning />}
      </main>
      <Notices />
      <Side panels={panels} />
      <HelpSheet />
    </div>
  )
}

const panels = {
  Populations: <PopulationsPanel />,
  Selection: <SelectionPanel />,
  Live: '',
  Equations: '',
  Scenario: '',
  Compare: '',
}

function Plots() {
  return (
    <div class="plots">
      <Toolbar />
      {groups.value.length > 0 && <Overview />}
      {groups.value.length > 0 && <Counts />}
      <div class="linked">
        {groups.value.length > 0 && <RasterPlot />}
        <Strips />
        <Playhead />
      </div>
    </div>
  )
}

function Beginning() {
  return (
    <section class="beginning">
      <p>{opening.value ? `Opening ${opening.value}…` : 'Open a trace (.hlk) or a scenario (.yaml): drop it here, or pick it with “Open…”.'}</p>
    </section>
  )
}

function Header() {
  const picker = useRef<HTMLInputElement>(null)
  const opposite = theme.value === 'light' ? 'dark' : 'light'
  const names = [trace.value, other.value].flatMap((open) => open?.name ?? [])
  return (
    <header>
      <h1>
        <a href="./">Hillock</a>
      </h1>
      <span class="name" title={trace.value?.header.title}>
        {names.join(' beside ')}
      </span>
      <input
        ref={picker}
        type="file"
        class="unseen"
        accept=".hlk,.yaml,.yml"
        multiple
        tabIndex={-1}
        aria-label="Files to open"
        onChange={(event) => {
          const input = event.currentTarget
          void openFiles([...(input.files ?? [])])
          input.value = ''
        }}
      />
      <button type="button" onClick={() => picker.current?.click()}>
        Open…
      </button>
      <button type="button" class="theme-button" onClick={() => chooseTheme(opposite)} aria-label={`Use ${opposite} colours`}>
        {opposite === 'dark' ? 'Dark' : 'Light'}
      </button>
      <button type="button" aria-label="Keys and gestures" onClick={openHelp}>
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
