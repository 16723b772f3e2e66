/**
 * What the raster has to show, worked out from the view: where its groups stand and the image to ask for. Pixels of the device.
 */
import { computed, signal } from '@preact/signals'
import { rowsOf } from '../moving/navigation.ts'
import { markedPopulations } from '../opening/marked-populations.ts'
import { colours } from '../theme.ts'
import type { Colour } from '../trace-service.ts'
import { other, trace } from '../traces.ts'
import { from, groups, overlay, threshold, to } from '../view.ts'
import { blend, populationColour, rgb } from './colour.ts'
import type { RasterWish } from './raster-images.ts'
import { groupLayout } from './group-layout.ts'

/** Size of the raster's plot, inside its axes. */
export const rasterSize = signal({ width: 0, height: 0, ratio: 1 })

const sizes = computed(() => new Map(trace.value?.header.populations.map((p) => [p.name, p.size])))
const marked = computed(() => (trace.value ? markedPopulations(trace.value.header) : new Set<string>()))

export const slots = computed(() => {
  const { height, ratio } = rasterSize.value
  return groupLayout(groups.value, rowsOf, sizes.value, height, ratio)
})

/** The colour of a population, in the order in which the trace names them. */
export const colourOf = computed(() => {
  const names = trace.value?.header.populations.map((p) => p.name) ?? []
  return (population: string) => populationColour(colours.value, Math.max(0, names.indexOf(population)))
})

/** Colours of a population's spikes: grey without a burst; its own colour in bursts, and for all where bursts are not told apart. */
export const spikeColours = computed(() => {
  const grey = rgb(colours.value.singlet)
  const told = (population: string) => threshold.value !== 'recorded' || marked.value.has(population)
  return (population: string): { singlet: Colour; burst: Colour } => {
    const own = rgb(colourOf.value(population))
    return { singlet: told(population) ? grey : own, burst: own }
  }
})

export const plateauColour = computed(() => blend(rgb(colours.value.dendrite), rgb(colours.value.background), 0.35))

export const rasterWish = computed<RasterWish | undefined>(() => {
  const { width, height } = rasterSize.value
  if (!trace.value || width < 1 || height < 1 || slots.value.length === 0) return undefined
  const theme = colours.value
  return {
    trace: trace.value.id,
    from: from.value,
    to: to.value,
    width,
    height,
    rows: slots.value.map(({ population, first, last, top, height, order }) => ({ population, first, last, top, height, order, ...spikeColours.value(population) })),
    threshold: threshold.value,
    plateaus: true,
    background: rgb(theme.background),
    plateau: plateauColour.value,
    ...(other.value && overlay.value && { over: { trace: other.value.id, only: rgb(theme.dendrite), onlyFirst: rgb(theme.soma) } }),
  }
})
