/** What can be changed about a strip: the width of its bins, the input beside it, logarithmic values, the units whose variables it shows. */
import type { TraceSamples } from '../../engine/trace/index.ts'
import { trace } from '../traces.ts'
import { from, type Strip, strips, to } from '../view.ts'
import { binChoices } from './bin-width.ts'
import { isDrawable } from './encoded-inputs.ts'
import { scenarioOf } from './page-scenario.ts'

function change(index: number, next: Strip) {
  strips.value = strips.value.map((strip, i) => (i === index ? next : strip))
}

export function StripChoices({ strip, index, bin }: { strip: Strip; index: number; bin?: number }) {
  const header = trace.value?.header
  if (!header || strip.kind === 'bands' || strip.kind === 'weights') return null
  if (strip.kind === 'samples') {
    const request = header.samples.find(({ name }) => name === strip.samples)
    return (
      <>
        {request && request.units.length > 1 && <Units request={request} strip={strip} index={index} />}
        {request?.units.length === 0 && (
          <label class="strip-check">
            <input type="checkbox" checked={strip.log ?? false} onChange={(event) => change(index, { ...strip, log: event.currentTarget.checked })} />
            log
          </label>
        )}
      </>
    )
  }
  const single = strip.kind === 'code' || strip.populations.length === 1
  const scenario = scenarioOf(header)
  const inputs = single ? Object.keys(scenario.inputs ?? {}).filter((name) => isDrawable(scenario, name)) : []
  return (
    <>
      {inputs.length > 0 && (
        <select aria-label="Input beside it" title="Input beside it" value={strip.input ?? ''} onChange={(event) => change(index, { ...strip, input: event.currentTarget.value || undefined })}>
          <option value="">no input</option>
          {inputs.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      )}
      <Bin strip={strip} index={index} bin={bin} dt={header.dt} />
    </>
  )
}

function Bin({ strip, index, bin, dt }: { strip: Extract<Strip, { kind: 'rates' | 'code' }>; index: number; bin?: number; dt: number }) {
  const offered = binChoices(from.value, to.value, dt)
  const widths = strip.bin === undefined || offered.includes(strip.bin) ? offered : [strip.bin, ...offered].sort((a, b) => a - b)
  return (
    <select aria-label="Width of bins" title="Width of bins" value={strip.bin ?? ''} onChange={(event) => change(index, { ...strip, bin: Number(event.currentTarget.value) || undefined })}>
      <option value="">{strip.bin === undefined && bin ? `auto: ${bin} ms` : 'auto'}</option>
      {widths.map((width) => (
        <option key={width} value={width}>
          {width} ms
        </option>
      ))}
    </select>
  )
}

/** One unit, or the first few together. */
function Units({ request, strip, index }: { request: TraceSamples; strip: Extract<Strip, { kind: 'samples' }>; index: number }) {
  const several = request.units.slice(0, 4).map((_, column) => column)
  return (
    <select
      aria-label="Unit"
      title="Unit"
      value={strip.columns.join(',')}
      onChange={(event) => change(index, { ...strip, columns: event.currentTarget.value.split(',').map(Number) })}
    >
      <option value={several.join(',')}>first {several.length} units</option>
      {request.units.map((unit, column) => (
        <option key={unit} value={String(column)}>
          unit {unit}
        </option>
      ))}
    </select>
  )
}
