/** The strips under the raster, on its axis of time, and the menu that adds more. */
import { useSignalEffect } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { trace } from '../traces.ts'
import { strips } from '../view.ts'
import { availableStrips } from './available-strips.ts'
import { bandRows } from './bands.ts'
import { isKnown } from './default-strips.ts'
import { scenarioShown } from './scenario-shown.ts'
import { StripBox } from './strip-box.tsx'

export function Strips() {
  const header = trace.value?.header
  // a link may name what this trace does not hold
  useSignalEffect(() => {
    const open = trace.value
    if (!open) return
    const known = strips.value.filter((strip) => isKnown(strip, open.header))
    if (known.length < strips.value.length) strips.value = known
  })
  // the first change that is made by hand brings the strip that shows it
  const before = useRef<{ id: number; rows: number } | undefined>(undefined)
  useSignalEffect(() => {
    const open = trace.value
    if (!open) return
    const now = { id: open.id, rows: bandRows(scenarioShown(open.header), open.header).length }
    const isFirst = before.current?.id === now.id && before.current.rows === 0 && now.rows > 0
    before.current = now
    if (isFirst && !strips.peek().some(({ kind }) => kind === 'bands')) strips.value = [{ kind: 'bands' }, ...strips.peek()]
  })
  if (!header) return null
  const shown = strips.value
  const seen = new Map<string, number>()
  return (
    <div class="strips">
      {shown.map((strip, i) => {
        // a strip keeps its plot when it moves
        const text = identity(JSON.stringify({ ...strip, bin: undefined, log: undefined, input: undefined, columns: undefined }), seen)
        return <StripBox key={text} strip={strip} index={i} count={shown.length} />
      })}
      <AddStrip />
    </div>
  )
}

function identity(text: string, seen: Map<string, number>): string {
  const n = (seen.get(text) ?? 0) + 1
  seen.set(text, n)
  return `${text} ${n}`
}

function AddStrip() {
  const header = trace.value?.header
  if (!header) return null
  const choices = availableStrips(header)
  const groups = [...new Set(choices.map(({ group }) => group))]
  return (
    <p class="add-strip">
      <select
        aria-label="Add a strip"
        value=""
        onChange={(event) => {
          const chosen = choices[Number(event.currentTarget.value)]
          event.currentTarget.value = ''
          if (chosen) strips.value = [...strips.value, chosen.strip]
        }}
      >
        <option value="">Add a strip…</option>
        {groups.map((group) => (
          <optgroup key={group} label={group}>
            {choices.map((choice, i) =>
              choice.group === group ? (
                <option key={choice.label} value={i}>
                  {choice.label}
                </option>
              ) : null,
            )}
          </optgroup>
        ))}
      </select>
    </p>
  )
}
