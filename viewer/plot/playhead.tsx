/** The line of the playback, over all plots that share the axis of time. */
import { playhead } from '../moving/playback.ts'
import { from, to } from '../view.ts'
import { gutter } from './frame.ts'
import { rasterSize } from './raster-wish.ts'

export function Playhead() {
  const time = playhead.value
  const share = time === undefined ? -1 : (time - from.value) / (to.value - from.value)
  if (!(share >= 0 && share <= 1)) return null
  const { width, ratio } = rasterSize.value
  return <div class="playhead" style={{ transform: `translateX(${gutter + (share * width) / ratio}px)` }} />
}
