/**
 * What a block of trials measured, at one of its reports, or the difference of two such values. `best` is the report with the
 * smallest value, `best_by` the one that has the number of another block's best: test error where validation was best.
 */
import type { NetworkDescription } from '../engine/description.ts'
import { InputError, within } from '../engine/errors.ts'
import { type Evidence, NoValue } from './evidence.ts'
import type { LoadedScenario } from './load.ts'
import { measureUnit } from './measure-unit.ts'
import type { Measure } from './measures.ts'
import type { TrialsMetric } from './metrics-schema.ts'
import { copiesShown, reportsOf } from './trial-count.ts'

type Report = Omit<TrialsMetric, 'minus'>

/** Throws `InputError` with the path within the metric. */
export function measureTrials(metric: TrialsMetric, { description }: Pick<LoadedScenario, 'description'>): Measure {
  const { minus, ...first } = metric
  const unit = measureUnit(first.block, first.measure, description)
  checkPace(first, description)
  if (!minus) return { unit, measure: (e) => reported(first, unit.factor, e) }
  within(['minus'], () => {
    checkPace(minus, description)
    const { name } = measureUnit(minus.block, minus.measure, description)
    if (name !== unit.name) throw new InputError(`found ${minus.measure}, which is ${name || 'a plain number'}; ${unit.name || 'a plain number'} is needed`, ['measure'])
  })
  const measure = (e: Evidence) => {
    const [a, b] = [reported(first, unit.factor, e), reported(minus, unit.factor, e)]
    return { value: a.value - b.value, detail: `${a.value} (${a.detail}) minus ${b.value} (${b.detail})` }
  }
  return { unit, measure }
}

/** The best report of one block says something of another only if both report together. */
function checkPace({ block, best_by: by }: Report, { trials, inputs, populations }: NetworkDescription): void {
  if (by === undefined || !trials) return
  const copies = copiesShown({ inputs, populations })
  const pace = (name: string) => {
    const found = trials.blocks.find((b) => b.name === name)
    return found && `${found.before ? 'before' : (found.every ?? 1)}, ${reportsOf(found, trials, copies)}`
  }
  const other = by.slice(0, by.indexOf('.'))
  if (pace(block) !== pace(other)) throw new InputError(`"${block}" and "${other}" do not report as often; blocks in the same epochs, with as many reports, are needed`, ['best_by'])
}

/** Throws `NoValue` where there is no such report. */
function reported({ block, measure, at, best_by: by }: Report, factor: number, e: Evidence): { value: number; detail: string } {
  const values = valuesOf(block, measure, e)
  const k = at === 'first' ? 0 : typeof at === 'number' ? at - 1 : at === 'best' || by !== undefined ? bestOf(by, values, e) : values.length - 1
  if (k >= values.length) throw new NoValue(`"${block}" reported ${values.length} times; there is no report ${k + 1}`)
  return { value: values[k] * factor, detail: `report ${k + 1} of ${values.length}` }
}

function valuesOf(block: string, measure: string, e: Evidence): ArrayLike<number> {
  const values = e.trace.samples(block).values[measure]
  if (values.length === 0) throw new NoValue(`"${block}" reported nothing`)
  return values
}

function bestOf(by: string | undefined, own: ArrayLike<number>, e: Evidence): number {
  const values = by === undefined ? own : valuesOf(by.slice(0, by.indexOf('.')), by.slice(by.indexOf('.') + 1), e)
  let best = -1
  for (let k = 0; k < values.length; k++) if (!Number.isNaN(values[k]) && !(best >= 0 && values[best] <= values[k])) best = k
  if (best < 0) throw new NoValue(`no report of ${by ?? 'the block'} has a value, so none is the best`)
  return best
}
