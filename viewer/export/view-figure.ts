/** The view as a figure: raster and strips on one axis of time, with title, legends, and a caption that says how much of the run it shows. */
import { timeAxis } from '../../figures/axes.ts'
import { stack } from '../../figures/stack.ts'
import { type ThemeName, themeOf } from '../../figures/theme.ts'
import { rowsOf } from '../moving/navigation.ts'
import { countsText } from '../plot/counts.tsx'
import { unitsText } from '../plot/group-labels.tsx'
import { colourOf, rasterSize, rasterWish, slots, spikeColours } from '../plot/raster-wish.ts'
import { rankOf } from '../moving/ranks.ts'
import { bandRows } from '../strips/bands.ts'
import { loadStrip } from '../strips/load-strip.ts'
import { scenarioShown } from '../strips/scenario-shown.ts'
import { questionNow } from '../strips/strip-question.ts'
import type { SelectedEvents, Selection } from '../trace-service.ts'
import { type OpenTrace, traceService } from '../traces.ts'
import { from, strips, threshold, to } from '../view.ts'
import { type ExportedRaster, type ExportedSpikes, rasterPanel } from './raster-panel.ts'
import { pixelsUrl } from './save.ts'
import { bandPanel, stripPanel } from './strip-panel.ts'

/** Up to so many spikes are lines of their own. */
const mostLines = 20_000
const width = 1100

export async function viewFigure(open: OpenTrace, name: ThemeName): Promise<string> {
  const theme = themeOf(name)
  const [start, end] = [from.value, to.value]
  const raster = await exportedRaster(open)
  const question = questionNow(width)
  const drawn = await Promise.all(
    strips.value.map(async (strip) => {
      if (strip.kind === 'bands') return bandPanel(bandRows(scenarioShown(open.header), open.header), start, end)
      return question ? stripPanel(await loadStrip(strip, question), start, end, theme) : []
    }),
  )
  const panels = [...(raster ? [rasterPanel(raster.raster)] : []), ...drawn.flat()]
  const notes = raster ? [raster.note] : []
  return stack({ title: open.header.title || open.name, scenario: open.name.replace(/\.hlk$/, ''), seed: open.header.seed, theme: name, width, notes }, timeAxis(start, end), () => ({ panels }))
}

async function exportedRaster(open: OpenTrace): Promise<{ raster: ExportedRaster; note: string } | undefined> {
  const wish = rasterWish.value
  if (!wish) return undefined
  const image = await traceService().raster({ ...wish, quality: 'exact' })
  const { height, ratio } = rasterSize.value
  const groups = slots.value.map((slot) => ({
    ...slot,
    about: unitsText(slot),
    top: slot.top / height,
    height: slot.height / height,
    mark: colourOf.value(slot.population),
    ...spikeColours.value(slot.population),
  }))
  const spikes = wish.over || image.shown > mostLines ? undefined : await exportedSpikes(open)
  const raster = { height: height / ratio, groups, threshold: threshold.value, content: spikes ? { spikes } : { image: pixelsUrl(image.pixels, image.width, image.height) }, empty: image.shown === 0 }
  return { raster, note: countsText(image, open.status.value.read) }
}

/** Far enough beyond the window to tell a burst that its ends cut (ms). */
const reach = 200

async function exportedSpikes(open: OpenTrace): Promise<ExportedSpikes[] | undefined> {
  const rows = slots.value.map(({ population, order, first, last }) => ({ population, order, first: Math.floor(first), last: Math.ceil(last) }))
  const margin = threshold.value === 'recorded' ? reach : Math.max(reach, threshold.value)
  const found = await traceService().events(open.id, { from: Math.max(0, from.value - margin), to: to.value + margin, rows }, mostLines * 4)
  return found && Promise.all(found.map((events, i) => withRanks(open, events, rows[i])))
}

async function withRanks(open: OpenTrace, { population, times, units, kinds }: SelectedEvents, { order }: Selection['rows'][number]): Promise<ExportedSpikes> {
  const ranks = new Map<number, number>()
  for (const unit of new Set(units)) ranks.set(unit, await rankOf(open, population, order, unit))
  return { times, units, kinds, ranks: Array.from(units, (unit) => ranks.get(unit) ?? 0) }
}

/** What is selected; else the window, and the rows shown in it. */
export function selected(chosen: Selection | undefined, groups: Parameters<typeof rowsOf>[0][]): Selection {
  if (chosen) return chosen
  const shown = groups.filter(({ hidden }) => !hidden)
  return {
    from: from.value,
    to: to.value,
    rows: shown.map((group) => {
      const { from: first, to: last } = rowsOf(group)
      return { population: group.population, order: group.order, first: Math.floor(first), last: Math.ceil(last) }
    }),
  }
}
