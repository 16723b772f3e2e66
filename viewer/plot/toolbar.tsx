/** The row of buttons over the plots: what dragging does, zoom, back and forward, following a run, playing it; and the counts. */
import { limits, follow, look, revisit, showAll, zoomTime } from '../moving/navigation.ts'
import { pace, paces, playing, togglePlay } from '../moving/playback.ts'
import { type PointerMode, pointerMode } from '../moving/pointer-mode.ts'
import { isLive } from '../traces.ts'
import { from, to } from '../view.ts'

const modes: { mode: PointerMode; label: string; title: string }[] = [
  { mode: 'pan', label: 'Move', title: 'Dragging moves the window' },
  { mode: 'box', label: 'Box', title: 'Dragging zooms to a box (or hold shift)' },
  { mode: 'select', label: 'Select', title: 'Dragging selects time and rows (or hold alt)' },
]

export function Toolbar() {
  return (
    <div class="toolbar" role="toolbar" aria-label="Moving about">
      <span class="group">
        {modes.map(({ mode, label, title }) => (
          <button
            key={mode}
            type="button"
            title={title}
            aria-pressed={pointerMode.value === mode}
            onClick={() => {
              pointerMode.value = mode
            }}
          >
            {label}
          </button>
        ))}
      </span>
      <span class="group">
        <Tool label="Zoom in" sign="+" act={() => zoomTime(0.5)} />
        <Tool label="Zoom out" sign="−" act={() => zoomTime(2)} />
        <Tool label="Show all" sign="All" act={showAll} />
        <Tool label="Back to the view before" sign="↶" act={() => revisit(-1)} />
        <Tool label="Forward to the next view" sign="↷" act={() => revisit(1)} />
      </span>
      <Play />
      {isLive.value && <Follow />}
    </div>
  )
}

function Tool({ label, sign, act }: { label: string; sign: string; act(): void }) {
  return (
    <button type="button" aria-label={label} title={label} onClick={act}>
      {sign}
    </button>
  )
}

function Play() {
  return (
    <span class="group">
      <button type="button" class="play" aria-pressed={playing.value} title="Play the run (space)" onClick={togglePlay}>
        {playing.value ? 'Pause' : 'Play'}
      </button>
      <select
        aria-label="Pace of playing, simulated ms per second"
        value={pace.value}
        onChange={(event) => {
          pace.value = Number(event.currentTarget.value)
        }}
      >
        {paces.map((value) => (
          <option key={value} value={value}>
            {value.toLocaleString('en')} ms/s
          </option>
        ))}
      </select>
    </span>
  )
}

function Follow() {
  const toEnd = () => {
    if (follow.value) follow.value = false
    else look({ from: limits.value.to - (to.value - from.value), to: limits.value.to })
  }
  return (
    <button type="button" aria-pressed={follow.value} title="The window moves with the end of the run" onClick={toEnd}>
      Follow
    </button>
  )
}
