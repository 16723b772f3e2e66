/** Where the pointer is in time, over whichever plot; undefined when it is over none. Plots share it through the sync key `time`. */
import { signal } from '@preact/signals'
import type uPlot from 'uplot'

export const cursorTime = signal<number | undefined>(undefined)

/** Options of a plot whose x axis is the window of time. */
export const timeCursor: uPlot.Cursor = {
  y: false,
  drag: { x: false, y: false },
  points: { show: false },
  bind: { dblclick: () => null },
  sync: { key: 'time', scales: ['x', null] },
}

/** The hook that tells the others. */
export function tellCursor({ cursor, posToVal }: uPlot) {
  const left = cursor.left ?? -1
  cursorTime.value = left >= 0 ? posToVal(left, 'x') : undefined
}
