/** `hillock explain`: who acts when, by which equations and methods, and what it costs. */
import { Command } from 'commander'
import type { InputDescription, NetworkDescription, Bounds, Current, PatternSequence, PopulationDescription, ProjectionDescription, Units } from '../engine/description.ts'
import type { NeuronDefinition } from '../engine/model.ts'
import { buildNetwork, type Network } from '../engine/network.ts'
import { ClockedPopulation } from '../engine/population.ts'
import { format, quantityIn } from '../engine/units.ts'
import type { LoadedScenario } from '../scenarios/load.ts'
import { valueText } from '../scenarios/value-text.ts'
import { ruleText } from './rule-text.ts'
import { openScenario, type ScenarioOptions, withScenarioOptions } from './scenario-file.ts'
import { fedInputText, momentText, trialsText } from './trials-text.ts'
import { bytes, count, dedented, duration, indented, plural, say, short, table } from './text.ts'

export function explainCommand(done: (code: number) => void): Command {
  const command = new Command('explain').description('say who acts when, by which equations and methods, and what it costs')
  return withScenarioOptions(command.argument('<scenario>', 'file, or name of a scenario that comes with Hillock'))
    .addHelpText('after', '\nExamples:\n  hillock explain burst-multiplexing\n  hillock explain my.yaml --dt "0.05 ms"')
    .action(async (scenario: string, options: ScenarioOptions) => done(await explain(scenario, options)))
}

async function explain(given: string, options: ScenarioOptions): Promise<number> {
  const { loaded } = await openScenario(given, options)
  let network: Network
  try {
    network = await buildNetwork(loaded.description)
  } catch (error) {
    throw loaded.located(error)
  }
  sayTitle(loaded)
  sayOrder(loaded, network)
  for (const name of network.populations.keys()) sayPopulation(name, loaded, network)
  saySent(loaded, network)
  const trials = trialsText(loaded.description)
  if (trials) say(trials)
  sayCost(loaded, network)
  return 0
}

function sayTitle({ scenario, description, duration: until }: LoadedScenario): void {
  say(scenario.title)
  if (scenario.source) say(`source: ${scenario.source}`)
  say(`${until === Infinity ? 'until its trials end,' : duration(until)}${description.trials && until < Infinity ? ', or until its trials end,' : ''} from seed ${scenario.seed}; grid step ${scenario.dt}; clocked populations in ${scenario.precision}, event-driven ones in f64`)
}

function sayOrder({ scenario, description }: LoadedScenario, network: Network): void {
  say('\nWHO ACTS WHEN')
  say('  Everything waits in one queue with the time it is due next. At one instant, in this order:')
  const samples = [
    ...(description.record?.samples ?? []).map((s) => `${s.name} (every ${s.every}${s.reduce ? `, ${s.reduce} over units` : ''})`),
    ...(description.record?.weights ?? []).flatMap((w) => (w.every === undefined ? [] : `weights of ${w.projection} (every ${w.every})`)),
  ]
  const changes = (scenario.protocol ?? []).map((c) => ('at' in c ? `parameters change at ${c.at}` : `phase ${c.phase} begins at ${c.start}${c.every === undefined ? '' : ` and every ${c.every}`}`))
  const learning = description.projections.flatMap((p) => (p.learning ? [`${p.name} (${p.learning.rule.name})`] : [])).sort()
  say(
    table([
      ['1 protocol', changes.length > 0 ? changes.join('; ') : 'nothing changes'],
      ['2 flow', 'populations that are due are brought to the instant, with what arrived before it'],
      ['3 arrive', 'arrivals of the instant are summed per target, in canonical order'],
      ['4 fire', 'thresholds are tested once; spikes, resets'],
      ['  again', 'arrivals without delay: arrive and fire once more, in rounds; a clocked population ticks once'],
      ['5 learn', learning.length > 0 ? `${learning.join(', ')}: all is read, then all changes; what was sent had the old weights` : 'nothing here learns'],
      ['6 sample', samples.length > 0 ? samples.join(', ') : 'nothing is sampled'],
      ...(description.trials ? [['7 trials', 'a phase ends and the next begins, as said under TRIALS']] : []),
    ]),
  )
  say('  Canonical order is by name, never by place in the file:')
  const rows = [...network.populations].map(([name, p]) => {
    const d = description.populations.find((one) => one.name === name) as PopulationDescription
    return [name, plural(p.size, 'unit'), d.model.name, regime(network, name)]
  })
  say(table(rows, '    '))
}

function regime(network: Network, name: string): string {
  const population = network.populations.get(name)
  if (population instanceof ClockedPopulation) {
    const window = population.window
    const ahead = window > 1 ? `up to ${window} steps in one go (its shortest delay allows it)` : 'one step in one go'
    return `clocked: every ${network.grid.dt} ms, ${ahead}`
  }
  return network.models.has(name) ? 'event-driven: when a threshold is crossed or something arrives, exactly' : 'source: when its next spike is due, exactly'
}

function sayPopulation(name: string, { description, remarks }: LoadedScenario, network: Network): void {
  const d = description.populations.find((one) => one.name === name) as PopulationDescription
  const population = network.populations.get(name)
  const inCopies = d.copies === undefined || d.copies === 1 ? '' : ` in ${d.copies} copies of ${count(d.size / d.copies)}`
  say(`\nPOPULATION ${name}: ${plural(d.size, 'unit')}${inCopies} of ${d.model.name}${d.model.source ? ` (${d.model.source})` : ''}`)
  if ('equations' in d.model) sayNeuron(d.model, d)
  if (population instanceof ClockedPopulation) {
    say('  solved by:')
    say(table(population.program.methods.map(({ variable, method }) => [variable, method]), '    '))
  } else if ('equations' in d.model) say('  solved by: the closed form between events; no step, no error of a step')
  const own = Object.keys(d.parameters ?? {}).length > 0
  say(own ? '  constants (* as the scenario says):' : '  constants:')
  say(table(parameterRows(d, network), '    '))
  if (d.patterns) sayPatterns(d.patterns, remarks.get(name) ?? [])
  if (d.bursts) say(`  bursts: detector ${d.bursts.detector.name}, interval ${d.bursts.interval ?? '16 ms'}`)
}

function sayPatterns({ patterns, every, sequence }: PatternSequence, remarks: readonly string[]): void {
  const order = sequence === undefined ? 'in turn' : `drawn, sequence "${sequence}"`
  const shown = patterns.length === 1 ? 'all showing the one pattern' : `each showing one of ${patterns.length} patterns, ${order}`
  say(`  frames of ${every}, ${shown}`)
  say(table(patterns.map(({ times }, k) => [`pattern ${k}`, plural(times.length, 'spike')]), '    '))
  for (const remark of remarks) say(`    ${remark}`)
}

function sayNeuron(model: NeuronDefinition, d: PopulationDescription): void {
  say(indented(dedented(model.equations), '    '))
  const rows = [
    ...Object.entries(model.receptors).map(([receptor, what]) => [`arrival at ${receptor}`, what]),
    ...(model.threshold ? [['fires when', model.threshold]] : []),
    ...(model.rate ? [['fires by chance', `with rate ${model.rate}`]] : []),
    ...(model.reset ? [['at a spike', model.reset.trim().split(/;?\s*\n\s*/).join('; ')]] : []),
    ...Object.entries(model.on ?? {}).map(([ear, what]) => [`at ${ear}`, (what ?? '').trim().split(/;?\s*\n\s*/).join('; ')]),
    ...(model.refractory ? [['refractory for', model.refractory]] : []),
    ...(d.plateaus && model.plateau ? [['plateau while', model.plateau]] : []),
  ]
  const start = Object.entries({ ...model.initial, ...d.initial }).map(([variable, value]) => `${variable} = ${valueText(value)}`)
  if (start.length > 0) rows.push(['at the start', start.join(', ')])
  say(table(rows))
}

/** Every parameter, with a star where the scenario says otherwise than the model. */
function parameterRows(d: PopulationDescription, network: Network): string[][] {
  const checked = network.models.get(d.name)
  return Object.entries(d.model.parameters).map(([name, [value, about]]) => {
    const own = d.parameters?.[name]
    const shown = own ?? value
    const dimension = checked?.parameters.get(name)?.dimension
    const text = dimension && typeof shown !== 'object' ? format(quantityIn(shown, dimension), dimension) : valueText(shown)
    return [name, own === undefined ? text : `${text} *`, about]
  })
}

function inputWords(i: InputDescription, { trials }: NetworkDescription): string {
  if ('current' in i) return currentWords(i.current)
  if ('poisson' in i) return `Poisson ${valueText(i.poisson.rate)} each, weight ${i.poisson.weight}`
  if ('spikes' in i) return `${plural(i.spikes.times.length, 'spike')}, weight ${i.weight}`
  return fedInputText(i, trials)
}

function saySent({ description }: LoadedScenario, network: Network): void {
  if (description.inputs.length > 0) {
    say('\nINPUTS')
    const rows = description.inputs.map((i) => {
      const what = inputWords(i, description)
      return [i.name, `${units(i.to)}.${i.onto}`, what]
    })
    say(table(rows.sort(([a], [b]) => (a < b ? -1 : 1))))
  }
  if (network.projections.size === 0) return
  say('\nPROJECTIONS')
  const rows = [...network.projections.values()].map((p) => {
    const d = description.projections.find((one) => one.name === p.name) as ProjectionDescription
    const [low, high] = p.delays
    const delay = low === high ? `${short(low)} ms` : `${short(low)} to ${short(high)} ms`
    const sent = d.transmits && d.transmits !== 'spike' ? `, sends ${d.transmits}s only` : ''
    return [p.name, `${units(p.from)} -> ${units(p.to)}.${p.onto}`, plural(p.connections, 'connection'), `weight ${weightWords(d.weight)}`, `delay ${delay}`, `${d.graded ? gradedWords(d) : p.synapse}${sent}${d.learning ? `, learns by ${d.learning.rule.name}` : ''}`]
  })
  say(table(rows))
  sayRules(description.projections)
}

/** `graded h -> current I at every tick` */
function gradedWords({ graded, onto }: ProjectionDescription): string {
  const { sends = '', at = 'tick' } = graded ?? {}
  return `graded ${sends} -> current ${onto} at ${at === 'tick' ? 'every tick' : momentText(at)}`
}

function weightWords(weight: ProjectionDescription['weight']): string {
  if (typeof weight !== 'object' || !('transpose_of' in weight)) return valueText(weight)
  const { transpose_of: of, times, sign } = weight
  return `of ${of}, transposed${sign ? ', signs only' : ''}${times === undefined ? '' : `, times ${times}`}`
}

/** The rules in use, each once, and what projections say differently. */
function sayRules(projections: readonly ProjectionDescription[]): void {
  const learning = projections.flatMap(({ name, learning: l, bounds }) => (l ? [{ name, bounds, ...l }] : []))
  for (const rule of new Set(learning.map((l) => l.rule))) {
    say(`\nRULE ${ruleText(rule)}`)
    const rows = learning
      .filter((l) => l.rule === rule)
      .map(({ name, set, parameters = {}, bounds, implementation }) => [
        name,
        [...(set ? [`set ${set}`] : []), ...Object.entries(parameters).map(([key, value]) => `${key} ${value}`)].join(', ') || 'parameters as above',
        bounds ? boundsText(bounds) : 'no bounds',
        implementation ? `by its ${implementation}` : '',
      ])
    say(table(rows.sort(([a], [b]) => (a < b ? -1 : 1))))
  }
}

function boundsText(bounds: Bounds): string {
  if ('power_law' in bounds) return `power law, exponent ${bounds.power_law.exponent}, reference ${bounds.power_law.reference}`
  const [kind, [low, high]] = 'hard' in bounds ? ['hard', bounds.hard] : [`soft, exponent ${bounds.exponent ?? 1},`, bounds.soft]
  return `${kind} ${low} to ${high}`
}

function sayCost({ duration: until }: LoadedScenario, network: Network): void {
  const { constant, state, scratch } = network.sizes
  let steps = 0
  let fanOut = 0
  let senders = 0
  for (const [name, p] of network.populations) {
    if (p instanceof ClockedPopulation) steps += (p.size * 1000) / network.grid.dt
    if (network.models.has(name)) senders += p.size
  }
  for (const p of network.projections.values()) fanOut += p.connections
  say('\nCOST')
  say(
    table([
      ['memory', `${bytes(constant + state + scratch)}: constant ${bytes(constant)}, state ${bytes(state)} (a checkpoint), scratch ${bytes(scratch)}`],
      ['clocked steps', `${count(steps)} unit steps a simulated second${until === Infinity ? '' : `; ${count((steps * until) / 1000)} in the run`}`],
      ['synaptic events', `${plural(fanOut, 'connection')}: so many a simulated second for every Hz of mean rate`],
      ['fan-out', senders > 0 ? `${short(fanOut / senders)} connections a neuron` : 'no neurons'],
    ]),
  )
}

function units({ population, first, last }: Units): string {
  if (first === undefined && last === undefined) return population
  return first === last ? `${population}[${first}]` : `${population}[${first ?? 0}:${last === undefined ? '' : last + 1}]`
}

function currentWords(current: Current): string {
  const [[kind, body]] = Object.entries(current)
  if ('constant' in current) return `constant ${valueText(current.constant)}`
  if ('step' in current) return `steps: ${current.step.map(([t, v]) => `${v} from ${t}`).join(', ')}`
  if ('samples' in current) return `${plural(current.samples.times.length, 'sample')}, each holding until the next`
  return `${kind.replace('_', '-')}: ${Object.entries(body as object).map(([key, value]) => `${key} ${value}`).join(', ')}`
}
