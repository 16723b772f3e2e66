/**
 * What is looked at, as signals: everything that a link has to carry so that somebody else sees the same. Times in ms.
 */
import { signal } from '@preact/signals'
import type { BurstThreshold, RowOrder, Selection } from './trace-service.ts'

/** A strip under the raster. */
export type Strip =
  /** Populations, or units such as `cells[0:200]`; `input` is the one that a single population is said to follow. */
  | { kind: 'rates'; populations: string[]; bin?: number; input?: string }
  | { kind: 'code'; population: string; show: 'event_rate' | 'burst_rate' | 'burst_probability'; input?: string; bin?: number }
  | { kind: 'samples'; samples: string; variables: string[]; columns: number[]; log?: boolean }
  | { kind: 'weights'; projection: string }
  | { kind: 'bands' }

export interface Group {
  population: string
  collapsed: boolean
  hidden: boolean
  order: RowOrder
  /** Ranks [first, last) shown, in the order; all unless said. */
  rows?: [first: number, last: number]
}

/** The window of all time axes (ms). */
export const from = signal(0)
export const to = signal(1000)
/** The populations of the raster, from the top down. */
export const groups = signal<Group[]>([])
export const threshold = signal<BurstThreshold>('recorded')
export const strips = signal<Strip[]>([])
export const selection = signal<Selection | undefined>(undefined)
/** A second trace, where one is open, is drawn over the first. */
export const overlay = signal(true)
export const theme = signal<'light' | 'dark'>('light')
