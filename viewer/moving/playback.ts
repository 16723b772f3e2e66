/**
 * Playing a recorded run: a line that moves over all plots at a chosen pace, the window turning its page when the line reaches
 * its end. Where less motion is preferred, it moves in steps of half a second.
 */
import { signal } from '@preact/signals'
import { limits, look } from './navigation.ts'
import { from, to } from '../view.ts'

/** Simulated ms a second. */
export const paces = [1, 10, 50, 100, 200, 500, 1000, 5000] as const
export const pace = signal<number>(200)
export const playing = signal(false)
/** Where the line stands (ms); none until one has played. */
export const playhead = signal<number | undefined>(undefined)

/** Where the line is after `wall` ms. */
export function played(at: number, wall: number, pace: number, end: number): number {
  return Math.min(end, at + (wall * pace) / 1000)
}

export function togglePlay() {
  playing.value = !playing.value
  if (!playing.value) return
  const at = playhead.value
  const fresh = at === undefined || at < from.value || at >= Math.min(to.value, limits.value.to)
  playhead.value = fresh ? from.value : at
  let last = performance.now()
  const step = (now: number) => {
    if (!playing.value || playhead.value === undefined) return
    if (!matchMedia('(prefers-reduced-motion: reduce)').matches || now - last >= 500) {
      playhead.value = played(playhead.value, now - last, pace.value, limits.value.to)
      last = now
      turnPage(playhead.value)
    }
    if (playhead.value >= limits.value.to) playing.value = false
    else requestAnimationFrame(step)
  }
  requestAnimationFrame(step)
}

export function stopPlaying() {
  playing.value = false
  playhead.value = undefined
}

function turnPage(time: number) {
  if (time < to.value && time >= from.value) return
  look({ from: time, to: time + to.value - from.value })
}
