/** Trials as a scenario writes them -> their description; names, moments and sizes are checked against the network. */
import type { Measure, NetworkDescription, Port, PopulationDescription, ProjectionDescription, ResponseRequest, TrialBlock, TrialMoment, TrialPhase, TrialsDescription } from '../engine/description.ts'
import { checkNeuron } from '../engine/equations/check.ts'
import { InputError, type Path, unknown, within } from '../engine/errors.ts'
import type { Examples } from '../engine/examples.ts'
import { grid, mostTicks } from '../engine/grid.ts'
import { quantityIn } from '../engine/units.ts'
import { checkPhase } from './fed-inputs.ts'
import type { Scenario } from './schema.ts'
import { ms } from './shapes.ts'
import { runsOf, trialsOf } from './trial-count.ts'
import type { WrittenMeasure, WrittenTrials } from './trials-schema.ts'

type Network = Pick<NetworkDescription, 'inputs' | 'projections'> & { populations: ReadonlyMap<string, PopulationDescription> }

/** Throws `InputError` with the path in the scenario. */
export function trialsFrom(written: WrittenTrials, { dt, duration, record }: Pick<Scenario, 'dt' | 'duration' | 'record'>, examples: Examples, network: Network): TrialsDescription {
  return within(['trials'], () => {
    const phases = phasesFrom(written, dt, network)
    const copies = equalCopies(network)
    const blocks = Object.entries(written.blocks).map(([name, block]) =>
      within(['blocks', name], () => {
        if (record?.samples && Object.hasOwn(record.samples, name)) throw new InputError(`"${name}" is a request of record.samples too; what a block measures is kept under its name, so another one is needed`)
        return blockFrom(name, block, examples, Object.keys(phases), copies, network)
      }),
    )
    const remember = written.remember?.map(({ of, at }, k) =>
      within(['remember', k], () => {
        within(['at'], () => checkMoment(at, Object.keys(phases)))
        return { of: within(['of'], () => portFrom(of, network)), at }
      }),
    )
    const stop = written.stop && within(['stop'], () => ({ patience: written.stop?.patience ?? 1, by: within(['by'], () => measureOf(written.stop?.by ?? '', blocks)) }))
    const responses = written.responses && responsesFrom(written.responses, blocks, record, network)
    const trials: TrialsDescription = { examples, phases, blocks, epochs: written.epochs, ...(responses && { responses }), ...(remember && { remember }), ...(stop && { stop }) }
    // a run that may end before is not refused for what it would take in full
    if (duration === undefined && !stop) checkTicks(trials, dt, copies)
    return trials
  })
}

function responsesFrom(written: NonNullable<WrittenTrials['responses']>, blocks: TrialBlock[], record: Pick<Scenario, 'record'>['record'], network: Network): ResponseRequest[] {
  return Object.entries(written)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { of, block, at, examples }]) =>
      within(['responses', name], () => {
        const found = blocks.find((b) => b.name === block)
        if (!found) throw new InputError(unknown('block', block, blocks.map((b) => b.name)), ['block'])
        within(['at'], () => checkMoment(at, found.phases))
        if (name === 'category') throw new InputError('"category" is what metrics call the classes themselves; another name is needed')
        if (blocks.some((b) => b.name === name) || Object.hasOwn(record?.samples ?? {}, name)) throw new InputError(`"${name}" is the name of a block or of a request of record.samples; another name is needed`)
        return { name, of: within(['of'], () => portFrom(of, network)), block, at, examples }
      }),
    )
}

function phasesFrom(written: WrittenTrials, dt: string | number, { populations, projections }: Network): Record<string, TrialPhase> {
  const { wholeTicks } = grid(quantityIn(dt, ms))
  for (const [name, { length, plus, reset, redraw }] of Object.entries(written.phases)) {
    within(['phases', name], () => {
      within(['length'], () => wholeTicks(quantityIn(length, ms)))
      if (plus) within(['plus'], () => wholeTicks(1))
      reset?.forEach((population, k) => {
        if (!populations.has(population)) throw new InputError(unknown('population', population, populations.keys()), ['reset', k])
      })
      redraw?.forEach((projection, k) => {
        within(['redraw', k], () => checkProjection(projection, projections))
      })
    })
  }
  return written.phases
}

/** Examples that are shown at once: as many as the populations have copies that are shown one. Throws `InputError` where these differ. */
function equalCopies({ inputs, populations }: Network): number {
  const shown = inputs.filter((input) => 'example' in input || 'wanted' in input).map(({ to }) => to.population)
  const copies = (name: string) => populations.get(name)?.copies ?? 1
  const other = shown.find((name) => copies(name) !== copies(shown[0]))
  if (other !== undefined) {
    throw new InputError(`found ${copies(shown[0])} copies of "${shown[0]}" and ${copies(other)} of "${other}", which are both shown examples; as many are needed`)
  }
  return shown.length > 0 ? copies(shown[0]) : 1
}

function blockFrom(name: string, written: WrittenTrials['blocks'][string], examples: Examples, known: string[], copies: number, network: Network): TrialBlock {
  const { measures = {}, ...same } = written
  const { split, phases, examples: count } = written
  const splits = Object.keys(examples.splits)
  if (!splits.includes(split)) throw new InputError(unknown('split', split, splits), ['split'])
  const { first, last } = examples.splits[split]
  const all = last - first + 1
  if (count !== undefined && count > all) throw new InputError(`found ${count} examples; the split "${split}" has ${all}`, ['examples'])
  if ((count ?? all) % copies !== 0) {
    throw new InputError(`found ${count ?? all} examples for ${copies} copies, each of which is shown one; a multiple of ${copies} is needed`, count === undefined ? ['split'] : ['examples'])
  }
  phases.forEach((phase, k) => {
    checkPhase(phase, known, ['phases', k])
    if (phases.indexOf(phase) < k) throw new InputError(`found "${phase}" twice; a trial has every phase once`, ['phases', k])
  })
  const sorted = Object.entries(measures).sort(([a], [b]) => (a < b ? -1 : 1))
  return { ...same, name, measures: sorted.map(([of, measure]) => within(['measures', of], () => measureFrom(of, measure, examples, phases, network))) }
}

function measureFrom(name: string, written: WrittenMeasure, examples: Examples, phases: readonly string[], network: Network): Measure {
  const { at } = written
  within(['at'], () => checkMoment(at, phases))
  const output = (kind: string, text: string): Port =>
    within([kind], () => {
      const port = portFrom(text, network)
      const units = unitsACopy(port, network)
      if (units !== examples.outputs) throw new InputError(`found ${units} units of "${port.population}" for ${examples.outputs} wanted numbers of ${examples.name}; as many are needed`)
      return port
    })
  const { error, squared_error, normalised_error, mean, angle, weight_angle } = written
  if (error !== undefined) {
    if (!('labels' in examples.wanted)) throw new InputError(`found an error of ${examples.name}, which has no classes; squared_error or normalised_error is needed`, ['error'])
    return { name, at, error: { of: output('error', error) } }
  }
  if (squared_error !== undefined) return { name, at, squared_error: { of: output('squared_error', squared_error) } }
  if (normalised_error !== undefined) return { name, at, normalised_error: { of: output('normalised_error', normalised_error) } }
  if (mean !== undefined) return { name, at, mean: { of: within(['mean'], () => portFrom(mean, network)) } }
  if (angle) {
    return within(['angle'], () => {
      const [a, b] = angle.map((text, k) => within([k], () => portFrom(text, network)))
      const [m, n] = [a, b].map((port) => network.populations.get(port.population)?.size)
      if (m !== n) throw new InputError(`found ${m} and ${n} units; an angle needs as many on both sides`)
      return { name, at, angle: { between: [a, b] } }
    })
  }
  return within(['weight_angle'], () => {
    const [a, b] = (weight_angle ?? []).map((of, k) => within([k], () => checkProjection(of, network.projections)))
    const ends = ({ from, to }: ProjectionDescription) => [from, to].map((units) => `${units.population}[${units.first ?? 0}:${units.last ?? ''}]`)
    const [straight, turned] = [ends(b).join(' -> '), ends(b).reverse().join(' -> ')]
    if (ends(a).join(' -> ') !== straight && ends(a).join(' -> ') !== turned) {
      throw new InputError(`"${a.name}" and "${b.name}" do not connect the same units; an angle needs the same ones, in either direction`)
    }
    return { name, at, weight_angle: { between: [a.name, b.name] } }
  })
}

/** Throws `InputError` unless it is the begin or end of one of these phases. */
export function checkMoment(at: TrialMoment, phases: readonly string[]): void {
  checkPhase(at.slice(at.indexOf(':') + 1), phases, [])
}

function checkProjection(name: string, projections: readonly ProjectionDescription[]): ProjectionDescription {
  const found = projections.find((p) => p.name === name)
  if (!found) throw new InputError(unknown('projection', name, projections.map((p) => p.name)))
  return found
}

/** `hidden.r`: a population, and one of its variables. */
function portFrom(text: string, network: Network): Port {
  const dot = text.indexOf('.')
  if (dot < 1 || dot === text.length - 1) throw new InputError(`found "${text}"; a population and one of its variables, such as output.y, is needed`)
  const [population, variable] = [text.slice(0, dot), text.slice(dot + 1)]
  const description = network.populations.get(population)
  if (!description) throw new InputError(unknown('population', population, network.populations.keys()))
  if (!('equations' in description.model)) throw new InputError(`"${population}" is a source and has no variables; a population of neurons is needed`)
  const known = [...checkNeuron(description.model).differentials.map((d) => d.variable), ...fedVariables(population, network)]
  if (!known.includes(variable)) throw new InputError(unknown('variable', variable, known))
  return { population, variable }
}

/** What is written from outside is a variable too: the current, and the name of who writes it. */
function fedVariables(population: string, { inputs, projections }: Network): string[] {
  const fed = inputs.filter((input) => 'example' in input || 'wanted' in input || 'phases' in input)
  const graded = projections.filter((p) => p.graded)
  return [...fed, ...graded].filter(({ to }) => to.population === population).map(({ name, onto }) => `${onto}.${name}`)
}

function unitsACopy({ population }: Port, { populations }: Network): number {
  const { size, copies = 1 } = populations.get(population) as PopulationDescription
  return size / copies
}

function measureOf(by: string, blocks: readonly TrialBlock[]): { block: string; measure: string } {
  const dot = by.indexOf('.')
  const [name, measure] = dot < 0 ? [by, ''] : [by.slice(0, dot), by.slice(dot + 1)]
  const block = blocks.find((b) => b.name === name)
  if (!block) throw new InputError(unknown('block', name, blocks.map((b) => b.name)))
  const measures = block.measures.map((m) => m.name)
  if (!measures.includes(measure)) throw new InputError(unknown(`measure of ${name}`, measure, measures))
  if (block.before) throw new InputError(`found "${name}", which is there before the first epoch only; a block of every epoch is needed`)
  return { block: name, measure }
}

function checkTicks(trials: TrialsDescription, dt: string | number, copies: number): void {
  const step = quantityIn(dt, ms)
  const ticks = trials.blocks.reduce((sum, block) => {
    const length = block.phases.reduce((t, phase) => t + quantityIn(trials.phases[phase].length, ms) / step, 0)
    return sum + (trialsOf(block, trials) / copies) * runsOf(block, trials) * length
  }, 0)
  if (ticks > mostTicks) throw new InputError(`found ${trials.epochs} epochs, which take ${Math.round(ticks)} steps of ${dt} or more; at most ${mostTicks} are accepted`, ['epochs'])
}

/** What neurons and rules listen to must be a phase that somebody has. Throws `InputError` with the path in the description. */
export function checkEars({ populations, projections, phases = [], trials }: Pick<NetworkDescription, 'populations' | 'projections' | 'phases' | 'trials'>): void {
  const ofTrials = Object.keys(trials?.phases ?? {})
  const all = [...new Set([...phases.map((p) => p.name), ...ofTrials])]
  for (const { name, model } of populations) {
    for (const ear of Object.keys('on' in model ? (model.on ?? {}) : {})) heard(ear, 'neuron', ofTrials, ofTrials, ['populations', name, 'model', 'on', ear])
  }
  for (const { name, learning } of projections) {
    for (const ear of Object.keys(learning?.rule.on ?? {})) heard(ear, 'rule', all, ofTrials, ['projections', name, 'learning', 'rule', 'on', ear])
  }
}

function heard(ear: string, who: 'neuron' | 'rule', begin: readonly string[], end: readonly string[], path: Path): void {
  const colon = ear.indexOf(':')
  const [kind, phase] = [ear.slice(0, colon), ear.slice(colon + 1).trim()]
  const known = kind === 'phase' ? begin : kind === 'end' ? end : undefined
  if (!known || known.includes(phase)) return
  throw new InputError(`the ${who} hears ${ear}: ${unknown(known === end ? 'phase of trials' : 'phase', phase, known)}`, path)
}
