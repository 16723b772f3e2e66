/** Trials in words: phases and what happens in them, blocks in order, and how many trials there are. */
import type { InputDescription, Measure, NetworkDescription, Port, ResponseRequest, TrialBlock, TrialMoment, TrialsDescription } from '../engine/description.ts'
import { allTrials, copiesShown, trialsOf } from '../scenarios/trial-count.ts'
import { count, plural, table } from './text.ts'

/** The section `TRIALS` of an explanation; nothing where there are none. */
export function trialsText(description: NetworkDescription): string {
  const { trials } = description
  if (!trials) return ''
  const copies = copiesShown(description)
  const { examples, stop, responses = [] } = trials
  const splits = Object.entries(examples.splits).map(([name, { first, last }]) => `${name} ${count(last - first + 1)}`)
  const kind = 'labels' in examples.wanted ? `${examples.outputs} classes` : `${plural(examples.outputs, 'wanted number')}`
  const together = copies > 1 ? `, ${copies} at once in as many copies` : ''
  return [
    `\nTRIALS: ${count(allTrials(trials))} in ${plural(trials.epochs, 'epoch')}, each of one example${together}`,
    `  data ${examples.name}: ${plural(examples.width, 'input')} and ${kind} an example; ${splits.join(', ')}`,
    '  phases:',
    table(Object.entries(trials.phases).map(([name]) => [name, lengthText(trials, name), happeningsText(name, description)]), '    '),
    '  blocks, in this order in every epoch:',
    table(trials.blocks.map((block) => [block.name, blockText(block, trials), whenText(block)]), '    '),
    ...trials.blocks.filter((b) => b.measures.length > 0).flatMap((block) => [
      `  ${block.name} measures, reported ${block.report === undefined ? 'at its end' : `every ${plural(block.report, 'trial')} and at its end`}:`,
      table(block.measures.map((m) => [m.name, measureText(m), `at ${momentText(m.at)}`]), '    '),
    ]),
    ...(responses.length > 0 ? ['  responses that are kept, one row an example:', table(responses.map(responseText), '    ')] : []),
    ...(stop ? [`  ends before when ${stop.by.block}.${stop.by.measure} has not become smaller for ${plural(stop.patience, 'epoch')}`] : []),
  ].join('\n')
}

/** `the input of the example shown, times 100 pA, in forward and target` */
export function fedInputText(input: Extract<InputDescription, { example: unknown } | { wanted: unknown } | { phases: unknown }>, trials: TrialsDescription | undefined): string {
  const during = (phases: string[] | undefined) => (phases ? `, in ${phases.join(' and ')} only` : '')
  if ('example' in input) return `the input of the example shown${input.example.times === undefined ? '' : `, times ${input.example.times}`}${during(input.example.during)}`
  if ('wanted' in input) {
    const { hot = 1, cold = 0 } = input.wanted
    const isClass = trials && 'labels' in trials.examples.wanted
    const values = isClass ? `: ${hot} for the unit of its class, ${cold} for others` : hot === 1 ? '' : `, times ${hot}`
    return `what is wanted of the example shown${values}${during(input.wanted.during)}`
  }
  const values = Object.entries(input.phases).map(([phase, value]) => `${value} in ${phase}`)
  return `${values.join(', ')}, zero otherwise${input.sign ? '; plus or minus, drawn every trial' : ''}`
}

/** `end:free` -> `the end of free` */
export function momentText(at: TrialMoment): string {
  const [kind, phase] = [at.slice(0, at.indexOf(':')), at.slice(at.indexOf(':') + 1)]
  return kind === 'end' ? `the end of ${phase}` : `the begin of ${phase}`
}

function lengthText({ phases }: TrialsDescription, name: string): string {
  const { length, plus } = phases[name]
  return plus ? `${length} and whole ms of a Wald distribution (mean ${plus.wald.mean}, scale ${plus.wald.scale})` : String(length)
}

/** Everything that the description says of the begin and the end of a phase. */
function happeningsText(phase: string, { trials, populations, projections }: NetworkDescription): string {
  const { reset = [], redraw = [] } = trials?.phases[phase] ?? {}
  const begin = [...(reset.length > 0 ? [`${reset.join(', ')} reset`] : []), ...(redraw.length > 0 ? [`weights of ${redraw.join(', ')} drawn anew`] : [])]
  const at = (moment: TrialMoment): string[] => [
    ...projections.filter((p) => p.graded?.at === moment).map((p) => `${p.name} sent`),
    ...populations.filter(({ model }) => 'on' in model && model.on && moment in model.on).map((p) => `${p.name} acts`),
    ...projections.filter(({ learning }) => learning && moment in learning.rule.on).map((p) => `${p.name} learns`),
  ]
  const kept = (trials?.remember ?? []).filter((r) => r.at === `end:${phase}` || r.at === `phase:${phase}`).map((r) => `${portText(r.of)} remembered`)
  const all = [['begin', [...begin, ...at(`phase:${phase}`)]], ['end', [...at(`end:${phase}`), ...kept]]] as const
  return all.flatMap(([when, what]) => (what.length > 0 ? [`${when}: ${what.join(', ')}`] : [])).join('; ')
}

function blockText(block: TrialBlock, trials: TrialsDescription): string {
  return `${plural(trialsOf(block, trials), 'trial')} of ${block.split}${block.shuffle ? ', in a new order every epoch' : ''}: ${block.phases.join(', then ')}`
}

function whenText({ before, every = 1 }: TrialBlock): string {
  return before ? 'once, before the first epoch' : every === 1 ? '' : `in every ${every}th epoch and the last`
}

function measureText(m: Measure): string {
  if ('error' in m) return `fraction of examples whose largest unit in ${portText(m.error.of)} is not that of their class`
  if ('squared_error' in m) return `1/2 sum of (wanted - ${portText(m.squared_error.of)})^2`
  if ('normalised_error' in m) return `sum of (wanted - ${portText(m.normalised_error.of)})^2 over that of wanted^2`
  if ('mean' in m) return `mean of ${portText(m.mean.of)}`
  if ('angle' in m) return `angle between ${m.angle.between.map(portText).join(' and ')}, in degrees`
  return `angle between the weights of ${m.weight_angle.between.join(' and ')}, in degrees`
}

function responseText({ name, of, block, at, examples }: ResponseRequest): string[] {
  return [name, portText(of), `the first ${plural(examples, 'example')} of ${block}`, `at ${momentText(at)}`]
}

function portText({ population, variable }: Port): string {
  return `${population}.${variable}`
}
