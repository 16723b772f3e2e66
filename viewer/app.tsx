/** The shell of the page: header, plots, and the side panel. */
import { useEffect, useRef } from 'preact/hooks'
import { ComparePanel } from './compare/compare-panel.tsx'
import { dropping } from './opening/dropping.ts'
import { openHelp } from './moving/keys.ts'
import { EquationsPanel } from './equations/equations-panel.tsx'
import { ExportMenu } from './export/export-menu.tsx'
import { Gallery } from './gallery/gallery.tsx'
import { LivePanel } from './live/live-panel.tsx'
import { checked, lastRight, opened, start } from './live/live-run.ts'
import { isRunShown } from './live/run-trace.ts'
import { MultiplexingPanel } from './multiplexing/multiplexing-panel.tsx'
import { asking, openFiles, opening, openScenario } from './opening/opening.ts'
import { HelpSheet } from './panels/help-sheet.tsx'
import { ItsScenario } from './panels/its-scenario.tsx'
import { Notices } from './panels/notices.tsx'
import { PopulationsPanel } from './panels/populations-panel.tsx'
import { SelectionPanel } from './panels/selection-panel.tsx'
import { ScenarioPanel } from './panels/scenario-panel.tsx'
import { drawer, showTab, Side } from './panels/side.tsx'
import { Counts } from './plot/counts.tsx'
import { Overview } from './plot/overview.tsx'
import { Playhead } from './plot/playhead.tsx'
import { RasterPlot } from './plot/raster-plot.tsx'
import { Toolbar } from './plot/toolbar.tsx'
import { Strips } from './strips/strips.tsx'
import { PsthPanel } from './psth/psth-panel.tsx'
import { chooseTheme } from './theme.ts'
import { other, trace, traceService } from './traces.ts'
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
  Multiplexing: <MultiplexingPanel />,
  Stimulus: <PsthPanel />,
  Live: <Live />,
  Equations: <Equations />,
  Scenario: <ScenarioPanel />,
  Compare: <ComparePanel />,
}

async function savedTrace() {
  return trace.value && traceService().file(trace.value.id)
}

function Live() {
  return opened.value ? <LivePanel saveTrace={isRunShown.value ? savedTrace : undefined} showEditor={() => showTab('Scenario')} /> : <ItsScenario what="to run it here" />
}

function Equations() {
  const models = lastRight.value?.models
  return models ? <EquationsPanel models={models} /> : <ItsScenario what="to see its equations here" />
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

/** While nothing is drawn: the gallery, or a scenario that waits to be run. */
function Beginning() {
  if (opening.value) return <p class="beginning quiet">Opening {opening.value}…</p>
  if (asking.value) return null
  if (opened.value) return <Ready />
  return (
    <section class="beginning">
      <p>Run a scenario, or open a trace (.hlk) or a scenario of yours (.yaml): drop it here, or pick it with “Open…”.</p>
      <Gallery open={pick} />
    </section>
  )
}

function Ready() {
  const { title, about, source } = lastRight.value ?? { title: opened.value?.file, about: '', source: '' }
  const run = useRef<HTMLButtonElement>(null)
  const ready = checked.value?.ok ?? false
  useEffect(() => {
    // Enter runs it, unless somebody is at something else already
    if (ready && (document.activeElement === document.body || document.activeElement === null)) run.current?.focus()
  }, [ready])
  return (
    <section class="beginning ready">
      <h2>{title}</h2>
      <p>{about}</p>
      <p class="quiet">{source}</p>
      <button ref={run} type="button" class="run" disabled={!ready} onClick={() => void start()}>
        Run
      </button>
    </section>
  )
}

function pick(name: string) {
  history.pushState(null, '', `?scenario=${encodeURIComponent(name)}`)
  void openScenario(name)
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
      <ExportMenu />
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
