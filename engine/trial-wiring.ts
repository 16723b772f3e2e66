/** Trials while a network is being put together: everything they name must exist and fit. */
import type { Measure, Port, TrialMoment, TrialsDescription } from './description.ts'
import { InputError, unknown, within } from './errors.ts'
import type { GradedProjection } from './graded.ts'
import { inOrder } from './graded-group.ts'
import { type FedInput, isFed } from './injection.ts'
import type { MatrixLearning } from './matrix-learning.ts'
import { ClockedPopulation } from './population.ts'
import { ShownExamples, type TrialInput } from './shown-examples.ts'
import { TrialMeasures } from './trial-measures.ts'
import { Trials, type TrialsOptions } from './trials.ts'
import { type Dimension, quantityIn } from './units.ts'
import { byName, type Workshop } from './workshop.ts'

const ms: Dimension = [1, 0, 0]

/** Throws `InputError` with the path in the description. */
export function wireTrials(
  graded: readonly GradedProjection[],
  rules: readonly MatrixLearning[],
  redraw: ReadonlyMap<string, (trial: number) => void>,
  shop: Workshop,
): Trials | undefined {
  const { trials: d } = shop.description
  if (!d) return undefined
  const populations = new Map([...shop.parts].flatMap(([name, { population }]) => (population instanceof ClockedPopulation ? [[name, population] as const] : [])))
  const copies = Math.max(...[...shop.parts.values()].map((p) => p.description.copies ?? 1))
  within(['trials'], () => checkTrials(d, copies, populations, redraw, shop))
  const inputs = byName(shop.description.inputs.filter(isFed)).map((input) => within(['inputs', input.name], () => trialInput(input, d, copies, shop)))
  const orders = new Map<TrialMoment, ReturnType<TrialsOptions['order']>>()
  const examples = new ShownExamples(d.examples, copies, populations, d.remember ?? [], shop.float, shop.memoryPlan)
  const measures = new TrialMeasures({
    blocks: d.blocks, responses: d.responses ?? [], populations, matrices: shop.matrices,
    opposite: (a, b) => {
      const of = (name: string) => shop.description.projections.find((p) => p.name === name)
      return of(a)?.from.population === of(b)?.to.population && of(a)?.from.population !== of(b)?.from.population
    },
  }, examples, shop.memoryPlan)
  const trials = new Trials({
    description: d, examples, measures, grid: shop.grid, populations, inputs, rules: byName(rules),
    order: (moment) => orders.get(moment) ?? [],
    redraw: (name, trial) => redraw.get(name)?.(trial),
    key: (purpose, name) => shop.key(purpose, name),
  }, shop.memoryPlan)
  for (const name of Object.keys(d.phases)) {
    for (const moment of [`phase:${name}`, `end:${name}`] as const) {
      const acting = byName(graded.filter((g) => g.options.at === moment))
      const sums = (p: ClockedPopulation) => acting.filter((g) => g.options.target === p)
      const concerned = byName([...populations.values()]).filter((p) => p.hears(moment) || sums(p).length > 0)
      const ordered = inOrder(concerned, (p) => sums(p).map((g) => g.options.source), `graded projections at ${moment}`)
      orders.set(moment, ordered.map((population) => ({ population, sums: sums(population) })))
    }
  }
  shop.later.push(() => trials.start())
  shop.restorers.push(() => trials.restored())
  return trials
}

/** Throws `InputError` with the path within the input. */
function trialInput(input: FedInput, d: TrialsDescription, copies: number, shop: Workshop): TrialInput {
  const target = shop.part(input.to)
  const units = target.description.size / copies
  const dimension = target.checked?.symbols.get(input.onto)?.dimension as Dimension
  const value = (text: string | number | undefined, otherwise: number, path: string[]) => (text === undefined ? otherwise : within(path, () => quantityIn(text, dimension)))
  const known = Object.keys(d.phases)
  const check = (phase: string, path: (string | number)[]) => {
    if (!known.includes(phase)) throw new InputError(unknown('phase', phase, known), path)
  }
  const values: TrialInput['values'] = { hot: 1, cold: 0, phases: {} }
  if (!('phases' in input) && (target.description.copies ?? 1) !== copies) throw new InputError(`found ${target.description.copies ?? 1} copies of "${target.description.name}"; the trials have ${copies}`, ['onto'])
  if ('phases' in input) {
    for (const [phase, text] of Object.entries(input.phases)) {
      check(phase, ['phases', phase])
      values.phases[phase] = value(text, 0, ['phases', phase])
    }
  } else if ('example' in input) {
    if (d.examples.width !== units) throw new InputError(`found ${units} units; an input of "${d.examples.name}" has ${d.examples.width} numbers`, ['onto'])
    input.example.during?.forEach((phase, k) => void check(phase, ['example', 'during', k]))
    values.hot = value(input.example.times, 1, ['example', 'times'])
  } else {
    if (d.examples.outputs !== units) throw new InputError(`found ${units} units; what is wanted of "${d.examples.name}" has ${d.examples.outputs} numbers`, ['onto'])
    input.wanted.during?.forEach((phase, k) => void check(phase, ['wanted', 'during', k]))
    values.hot = value(input.wanted.hot, 1, ['wanted', 'hot'])
    values.cold = value(input.wanted.cold, 0, ['wanted', 'cold'])
  }
  return { input, target: target.population as ClockedPopulation, variable: `${input.onto}.${input.name}`, values }
}

function checkTrials(d: TrialsDescription, copies: number, populations: ReadonlyMap<string, ClockedPopulation>, redraw: ReadonlyMap<string, unknown>, shop: Workshop): void {
  const phases = Object.keys(d.phases)
  if (!(Number.isInteger(d.epochs) && d.epochs >= 1)) throw new InputError(`found ${d.epochs} epochs; a whole number above zero is needed`, ['epochs'])
  for (const [name, { length, reset = [], redraw: drawn = [], plus }] of Object.entries(d.phases)) {
    within(['phases', name], () => {
      const ticks = within(['length'], () => shop.grid.wholeTicks(quantityIn(length, ms)))
      if (!(ticks > 0)) throw new InputError(`found a length of ${length}; more than 0 ms is needed`, ['length'])
      if (plus && !(plus.wald.mean > 0 && plus.wald.scale > 0)) throw new InputError('a mean and a scale above zero are needed', ['plus', 'wald'])
      if (plus) within(['plus'], () => shop.grid.wholeTicks(1))
      reset.forEach((p, k) => {
        if (!populations.has(p)) throw new InputError(unknown('clocked population', p, populations.keys()), ['reset', k])
      })
      drawn.forEach((p, k) => {
        if (!redraw.has(p)) throw new InputError(unknown('projection with a matrix of its own', p, redraw.keys()), ['redraw', k])
      })
    })
  }
  const moment = (at: TrialMoment, path: (string | number)[], among: string[]) => {
    const phase = at.slice(at.indexOf(':') + 1)
    if (!among.includes(phase)) throw new InputError(unknown('phase', phase, among), path)
  }
  const port = ({ population, variable }: Port, path: (string | number)[]): ClockedPopulation => {
    const found = populations.get(population)
    if (!found) throw new InputError(unknown('clocked population', population, populations.keys()), path)
    if (!found.variable(variable)) throw new InputError(unknown('variable', variable, found.program.variables), path)
    return found
  }
  const names = d.blocks.map((b) => b.name)
  d.blocks.forEach((b, k) => {
    within(['blocks', b.name], () => {
      if (names.indexOf(b.name) < k) throw new InputError(`the name "${b.name}" is there twice`)
      const split = d.examples.splits[b.split]
      if (!split) throw new InputError(unknown('split', b.split, Object.keys(d.examples.splits)), ['split'])
      const most = split.last - split.first + 1
      const count = b.examples ?? most
      if (!(Number.isInteger(count) && count >= 1 && count <= most)) throw new InputError(`found ${count} examples; "${b.split}" has ${most}`, ['examples'])
      if (count % copies !== 0) throw new InputError(`found ${count} examples for ${copies} copies; a multiple of the copies is needed, such as ${Math.max(copies, count - (count % copies))}`, ['examples'])
      if (b.phases.length === 0) throw new InputError('found no phase; one or more are needed', ['phases'])
      b.phases.forEach((p, i) => {
        if (!phases.includes(p)) throw new InputError(unknown('phase', p, phases), ['phases', i])
      })
      b.measures.forEach((m) => void within(['measures', m.name], () => checkMeasure(m, d, copies, port, shop)))
      for (const m of b.measures) moment(m.at, ['measures', m.name, 'at'], b.phases)
    })
  })
  d.remember?.forEach(({ of, at }, k) => {
    port(of, ['remember', k, 'of'])
    moment(at, ['remember', k, 'at'], phases)
  })
  d.responses?.forEach(({ name, of, block, at, examples }) => {
    within(['responses', name], () => {
      port(of, ['of'])
      const found = d.blocks.find((b) => b.name === block)
      if (!found) throw new InputError(unknown('block', block, names), ['block'])
      moment(at, ['at'], found.phases)
      if (!(Number.isInteger(examples) && examples >= 1)) throw new InputError(`found ${examples} examples; a whole number above zero is needed`, ['examples'])
      if (names.includes(name)) throw new InputError(`"${name}" is the name of a block; another name is needed`)
    })
  })
  const { stop } = d
  if (!stop) return
  const block = d.blocks.find((b) => b.name === stop.by.block)
  if (!block) throw new InputError(unknown('block', stop.by.block, names), ['stop', 'by'])
  if (!block.measures.some((m) => m.name === stop.by.measure)) throw new InputError(unknown('measure', stop.by.measure, block.measures.map((m) => m.name)), ['stop', 'by'])
}

function checkMeasure(m: Measure, d: TrialsDescription, copies: number, port: (p: Port, path: (string | number)[]) => ClockedPopulation, shop: Workshop): void {
  const wanted = (p: Port, kind: string) => {
    const units = port(p, [kind]).size / copies
    if (units !== d.examples.outputs) throw new InputError(`found ${units} units; what is wanted of "${d.examples.name}" has ${d.examples.outputs} numbers`, [kind])
  }
  if ('error' in m) {
    if (!('labels' in d.examples.wanted)) throw new InputError(`the examples of "${d.examples.name}" have no classes; squared_error or normalised_error is possible`, ['error'])
    wanted(m.error.of, 'error')
  } else if ('squared_error' in m) wanted(m.squared_error.of, 'squared_error')
  else if ('normalised_error' in m) wanted(m.normalised_error.of, 'normalised_error')
  else if ('mean' in m) port(m.mean.of, ['mean'])
  else if ('angle' in m) {
    const [a, b] = m.angle.between.map((p) => port(p, ['angle']))
    if (a.size !== b.size) throw new InputError(`found ${a.size} and ${b.size} units; as many are needed`, ['angle'])
  } else {
    const [a, b] = m.weight_angle.between.map((name) => {
      const found = shop.matrices.get(name)
      if (!found) throw new InputError(unknown('projection with a matrix of its own', name, shop.matrices.keys()), ['weight_angle'])
      return found
    })
    const same = a.rows === b.rows && a.targets === b.targets
    const other = a.rows === b.targets && a.targets === b.rows
    if (!same && !other) throw new InputError(`found matrices of ${a.rows} x ${a.targets} and ${b.rows} x ${b.targets}; the same shape, or the same the other way round, is needed`, ['weight_angle'])
  }
}
