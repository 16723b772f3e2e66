/** A parameter under a slider, with a field for the number, its unit, and the way back to what the scenario says. */
import { useId } from 'preact/hooks'
import type { Slider } from '../engine-service.ts'
import * as live from './live-run.ts'

export function ParameterSlider({ slider }: { slider: Slider }) {
  const { port, label, unit, from, to, step, value: standard, meaning } = slider
  const id = useId()
  const changed = live.changedValues.value[port]
  const value = changed ?? standard
  const set = (event: { currentTarget: HTMLInputElement }) => {
    const number = event.currentTarget.valueAsNumber
    if (Number.isFinite(number) && number >= from && number <= to) live.change(port, number)
  }
  return (
    <div class="slider">
      <label for={id} title={port}>
        {label}
        {meaning !== '' && meaning.toLowerCase() !== label.toLowerCase() && <span class="quiet"> {meaning}</span>}
      </label>
      <input id={id} type="range" min={from} max={to} step={step} value={value} aria-valuetext={`${value} ${unit}`.trim()} onInput={set} />
      <input type="number" min={from} max={to} step="any" value={value} aria-label={`${label} as a number`} onChange={set} />
      <span class="unit">{unit}</span>
      <button type="button" disabled={changed === undefined || changed === standard} aria-label={`Reset ${label} to ${standard} ${unit}`.trim()} onClick={() => live.reset(port)}>
        ↺
      </button>
    </div>
  )
}
