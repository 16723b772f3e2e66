/** The live run: options, run, pause, step, stop, sliders for parameters, what is watched, and in the end whether it showed what it should. */
import { useState } from 'preact/hooks'
import type { Mistake, RunEnd } from '../engine-service.ts'
import { Expectations } from './expectations.tsx'
import * as live from './live-run.ts'
import { MistakeNote } from './mistake-note.tsx'
import { Outcome } from './outcome.tsx'
import { ParameterSlider } from './parameter-slider.tsx'
import { numberText, timeText } from './words.ts'

export interface LivePanelProps {
  /** Bytes of the finished trace, which whoever shows it has; without them while another one is shown. */
  saveTrace?(): Promise<Blob | undefined>
  /** Brings the editor to the front; its cursor is at the mistake. */
  showEditor?(): void
}

export function LivePanel({ saveTrace, showEditor }: LivePanelProps) {
  const scenario = live.lastRight.value
  const found = live.checked.value
  if (!live.opened.value) return <p class="quiet">Open a scenario to run it here.</p>
  if (!scenario && !found) return <p class="quiet">Reading {live.opened.value.file}…</p>
  const ending = live.end.value
  return (
    <div class="live">
      {scenario && <h2>{scenario.title}</h2>}
      {scenario && scenario.about !== '' && <p class="about">{scenario.about}</p>}
      {scenario && <Options durationText={scenario.durationText} seed={scenario.seed} hasShort={scenario.hasShort} />}
      <Controls ready={found?.ok === true} />
      <Status mistake={found && !found.ok ? found : mistakeOf(ending)} showEditor={showEditor} />
      {scenario && scenario.sliders.length > 0 && (
        <fieldset>
          <legend>Parameters</legend>
          {scenario.sliders.map((slider) => (
            <ParameterSlider key={slider.port} slider={slider} />
          ))}
          {live.changeMistake.value && <MistakeNote mistake={live.changeMistake.value} />}
        </fieldset>
      )}
      {scenario && scenario.watched.length > 0 && <WatchedTable watched={scenario.watched} />}
      {scenario && scenario.expectations.length > 0 && <Expectations expected={scenario.expectations} ending={ending} />}
      {ending?.how === 'ended' && <Outcome result={ending} saveTrace={saveTrace} />}
    </div>
  )
}

/** Before a run; while one goes on they are those of the run. */
function Options({ durationText, seed, hasShort }: { durationText: string; seed: number; hasShort: boolean }) {
  const busy = live.going.value
  return (
    <div class="options">
      <label>
        Seed
        <input
          type="text"
          inputMode="numeric"
          pattern="[0-9]*"
          placeholder={String(seed)}
          value={live.seed.value}
          disabled={busy}
          onChange={(event) => {
            const written = event.currentTarget.value.replace(/\D/g, '')
            void live.setOption(() => {
              live.seed.value = written
            })
          }}
        />
      </label>
      <label>
        Duration
        <input
          type="text"
          placeholder={durationText}
          value={live.duration.value}
          disabled={busy}
          onChange={(event) => {
            const written = event.currentTarget.value
            void live.setOption(() => {
              live.duration.value = written
            })
          }}
        />
      </label>
      {hasShort && (
        <label class="check">
          <input
            type="checkbox"
            checked={live.short.value}
            disabled={busy}
            onChange={(event) => {
              const yes = event.currentTarget.checked
              void live.setOption(() => {
                live.short.value = yes
              })
            }}
          />
          Short form
        </label>
      )}
    </div>
  )
}

function Controls({ ready }: { ready: boolean }) {
  const [stepText, setStepText] = useState('10')
  const state = live.state.value
  const stepTime = Number(stepText)
  const canStep = ready && state !== 'running' && stepTime > 0 && Number.isFinite(stepTime)
  return (
    <div class="controls">
      {live.going.value ? (
        <button type="button" onClick={() => void (state === 'paused' ? live.resume() : live.pause())}>
          {state === 'paused' ? 'Resume' : 'Pause'}
        </button>
      ) : (
        <button type="button" disabled={!ready} onClick={() => void live.start()}>
          {state === 'ended' ? 'Run again' : 'Run'}
        </button>
      )}
      <button type="button" disabled={!live.going.value} onClick={() => void live.stop()}>
        Stop
      </button>
      <button type="button" disabled={!canStep} onClick={() => void live.step(stepTime)}>
        Step
      </button>
      <label>
        <span class="unseen">Length of a step in ms</span>
        <input type="number" min="0" step="any" value={stepText} onInput={(event) => setStepText(event.currentTarget.value)} />
      </label>
      ms
    </div>
  )
}

/** Of the same height whatever it says, so that nothing moves when a run begins or a mistake is made. */
function Status({ mistake, showEditor }: { mistake: Mistake | undefined; showEditor?(): void }) {
  const now = live.progress.value
  const { trials } = now ?? {}
  const part = !now ? 0 : trials ? trials.done / Math.max(1, trials.total) : now.until === null ? 0 : now.now / now.until
  return (
    <div class="status">
      <progress max={1} value={part} aria-label="Progress of the run" />
      {mistake ? (
        <MistakeNote mistake={mistake} showEditor={showEditor} />
      ) : (
        <>
          <p class="quiet">
            {trials ? `Epoch ${trials.epoch} of ${trials.epochs}, ${trials.block}: trial ${numberText(trials.done)} of ${numberText(trials.total)}` : now ? `${numberText(now.events)} events` : 'Not begun.'}
          </p>
          <p>{now && progressText(part)}</p>
        </>
      )}
    </div>
  )
}

function mistakeOf(ending: RunEnd | undefined): Mistake | undefined {
  if (ending?.how === 'mistake') return ending
  return ending?.how === 'failed' ? { message: ending.message, reason: ending.message } : undefined
}

function progressText(part: number): string {
  const now = live.progress.value
  if (!now) return ''
  const far = now.until === null ? timeText(now.now) : `${timeText(now.now)} of ${timeText(now.until)}`
  if (live.state.value !== 'running' || now.pace === 0) return `${far} simulated.`
  const pace = `${timeText(now.pace)} a second`
  // what is left takes as long as its share at the pace of now
  const left = part > 0 ? ((now.now / part) * (1 - part)) / now.pace : Infinity
  return `${far}, ${pace}${Number.isFinite(left) ? `, ${timeText(left * 1000)} left` : ''}`
}

function WatchedTable({ watched }: { watched: readonly { name: string; unit: string }[] }) {
  const now = live.progress.value
  const values = { ...now?.watched, ...now?.trials?.measures }
  return (
    <section>
      <h3>Watched</h3>
      <table>
        <tbody>
          {watched.map(({ name, unit }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{Object.hasOwn(values, name) ? `${numberText(values[name])} ${unit}` : '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
