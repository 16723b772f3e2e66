/** How bursts are told from single spikes, adjustable while looking, and the legend of their colours. */
import { markedPopulations, recordedInterval } from '../opening/marked-populations.ts'
import { colourOf, plateauColour, spikeColours } from '../plot/raster-wish.ts'
import type { Colour } from '../trace-service.ts'
import { trace } from '../traces.ts'
import { groups, threshold } from '../view.ts'

const css = ([red, green, blue]: Colour) => `rgb(${red} ${green} ${blue})`

export function Bursts() {
  const recorded = threshold.value === 'recorded'
  const interval = typeof threshold.value === 'number' ? threshold.value : trace.value ? recordedInterval(trace.value.header) : 16
  const set = (text: string) => {
    const value = Number(text)
    if (text !== '' && value > 0) threshold.value = value
  }
  return (
    <section>
      <h2>Bursts</h2>
      <p class="quiet">Spikes of a unit belong to one burst while no interval between them is longer than</p>
      <div class="threshold">
        <input type="range" min="1" max="60" step="0.5" aria-label="Longest interval within a burst (ms)" value={interval} onInput={(event) => set(event.currentTarget.value)} />
        <input type="number" min="0.1" step="0.5" aria-label="Longest interval within a burst, as a number (ms)" value={interval} onInput={(event) => set(event.currentTarget.value)} />
        ms
        <button
          type="button"
          aria-pressed={recorded}
          onClick={() => {
            threshold.value = recorded ? interval : 'recorded'
          }}
        >
          as recorded
        </button>
      </div>
      <Legend />
    </section>
  )
}

function Legend() {
  const population = groups.value[0]?.population ?? ''
  const { singlet } = spikeColours.value(population)
  const own = colourOf.value(population)
  const told = typeof threshold.value === 'number' || (trace.value !== undefined && markedPopulations(trace.value.header).size > 0)
  if (!told) return <p class="quiet">No bursts are marked in this run; move the slider to tell them by their intervals.</p>
  return (
    <ul class="legend">
      <li>
        <svg width="16" height="16" aria-hidden="true">
          <rect x="7" y="2" width="2" height="12" fill={css(singlet)} />
        </svg>
        singlet
      </li>
      <li>
        <svg width="16" height="16" aria-hidden="true">
          <rect x="7" y="2" width="2" height="12" fill={own} />
        </svg>
        burst onset
      </li>
      <li>
        <svg width="16" height="16" aria-hidden="true">
          <rect x="7" y="5" width="2" height="7" fill={own} />
        </svg>
        inside
      </li>
      <li>
        <svg width="16" height="16" aria-hidden="true">
          <rect x="0" y="3" width="16" height="10" fill={css(plateauColour.value)} />
        </svg>
        plateau
      </li>
    </ul>
  )
}
