/** The menu that exports: the view as a picture, the selection (or the window) as a table, the figures that the scenario asks for. */
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { InputError } from '../../engine/errors.ts'
import { openTrace } from '../../engine/trace/index.ts'
import { figureFromTrace, figuresOf, kindOf } from '../../figures/from-trace.ts'
import { complain } from '../panels/notices.tsx'
import { scenarioOf } from '../strips/page-scenario.ts'
import { isLive, type OpenTrace, trace, traceService } from '../traces.ts'
import { from, groups, selection, theme, to } from '../view.ts'
import { exportName } from './file-name.ts'
import { pngOf, save, svgBlob } from './save.ts'
import { selected, viewFigure } from './view-figure.ts'

/** Figures of a scenario are drawn from the whole trace in memory. */
const mostBytes = 200e6

type Picture = 'svg' | 'png'

export function ExportMenu() {
  const place = useRef<HTMLDetailsElement>(null)
  const said = useSignal('')
  const open = trace.value
  // a press outside closes it
  useEffect(() => {
    const outside = (event: Event) => {
      if (place.current?.open && event.target instanceof Node && !place.current.contains(event.target)) place.current.open = false
    }
    document.addEventListener('pointerdown', outside)
    return () => document.removeEventListener('pointerdown', outside)
  }, [])
  if (!open) return null

  const act = (make: (open: OpenTrace) => Promise<string>) => async () => {
    said.value = 'Exporting…'
    try {
      said.value = `Saved ${await make(open)}`
    } catch (error) {
      said.value = ''
      complain(error)
    }
  }
  const rows = selection.value ? 'selection' : 'window'
  return (
    <details
      ref={place}
      class="export"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !place.current) return
        place.current.open = false
        place.current.querySelector('summary')?.focus()
      }}
    >
      <summary class="button">Export</summary>
      <div class="export-menu">
        <Group name="The view">
          <Choice label="PNG" act={act((open) => saveView(open, 'png'))} of="view" />
          <Choice label="SVG" act={act((open) => saveView(open, 'svg'))} of="view" />
        </Group>
        <Group name={selection.value ? 'Rows of the selection' : 'Rows of the window'}>
          <Choice label="CSV" act={act((open) => saveRows(open, 'csv'))} of={rows} />
          <Choice label="NPY" act={act((open) => saveRows(open, 'npy'))} of={rows} />
        </Group>
        <Figures open={open} act={act} />
        <Group name="The trace">
          <Choice label="HLK" act={act(saveTrace)} of="trace" />
        </Group>
        <output class="quiet" aria-live="polite">
          {said.value}
        </output>
      </div>
    </details>
  )
}

function Figures({ open, act }: { open: OpenTrace; act(make: (open: OpenTrace) => Promise<string>): () => Promise<void> }) {
  if (isLive.value) return null
  const figures = figuresAsked(open)
  return (
    <>
      {figures.map((figure, i) => (
        <Group key={i} name={`Figure ${i + 1}: ${titleOf(figure)}`}>
          <Choice label="PNG" act={act((open) => saveFigure(open, i, 'png'))} of={`figure ${i + 1}`} />
          <Choice label="SVG" act={act((open) => saveFigure(open, i, 'svg'))} of={`figure ${i + 1}`} />
        </Group>
      ))}
    </>
  )
}

function Group({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div class="export-group">
      <span>{name}</span>
      {children}
    </div>
  )
}

function Choice({ label, of, act }: { label: string; of: string; act(): Promise<void> }) {
  return (
    <button type="button" aria-label={`${of} as ${label}`} onClick={() => void act()}>
      {label}
    </button>
  )
}

function figuresAsked({ header }: OpenTrace) {
  return figuresOf({ header: { ...header, scenario: JSON.stringify(scenarioOf(header)) } })
}

function titleOf(figure: ReturnType<typeof figuresAsked>[number]): string {
  const body = Object.values(figure)[0] as { title?: string }
  return body.title ?? kindOf(figure)
}

async function savePicture(svg: string, name: string, kind: Picture) {
  save(kind === 'svg' ? svgBlob(svg) : await pngOf(svg), name)
  return name
}

async function saveView(open: OpenTrace, kind: Picture) {
  const name = exportName(open.name, { from: from.value, to: to.value }, 'view', kind)
  return savePicture(await viewFigure(open, theme.value), name, kind)
}

/** NumPy records have no column for the population: a file for each. */
async function saveRows(open: OpenTrace, format: 'csv' | 'npy') {
  const chosen = selected(selection.value, groups.value)
  const what = selection.value ? 'selection' : 'window'
  const parts = format === 'csv' || chosen.rows.length < 2 ? [chosen] : chosen.rows.map((row) => ({ ...chosen, rows: [row] }))
  const names: string[] = []
  for (const part of parts) {
    const name = exportName(open.name, part, parts.length > 1 ? `${what}.${part.rows[0].population}` : what, format)
    save(await traceService().exportEvents(open.id, part, format), name)
    names.push(name)
  }
  return names.join(', ')
}

async function saveFigure(open: OpenTrace, index: number, kind: Picture) {
  const file = await wholeFile(open)
  if (file.size > mostBytes) throw new InputError(`found a trace of ${Math.round(file.size / 1e6)} MB; figures of up to ${mostBytes / 1e6} MB are drawn here, larger ones by hillock plot`)
  const whole = openTrace(new Uint8Array(await file.arrayBuffer()))
  const figure = figuresOf(whole)[index]
  const svg = figureFromTrace(whole, figure, { theme: theme.value, scenario: open.name.replace(/\.hlk$/, '') })
  return savePicture(svg, exportName(open.name, { from: 0, to: whole.until }, `${kindOf(figure)}-${index + 1}`, kind), kind)
}

async function saveTrace(open: OpenTrace) {
  const name = open.name.endsWith('.hlk') ? open.name : `${open.name}.hlk`
  save(await wholeFile(open), name)
  return name
}

async function wholeFile(open: OpenTrace): Promise<Blob> {
  const file = await traceService().file(open.id)
  if (!file) throw new InputError('the run goes on; its trace is whole when it has ended')
  return file
}
