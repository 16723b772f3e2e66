/** All the text of a model as formulas under titles: what holds between spikes, what arrivals do, when it fires, what then happens. */
import type { Formula, FormulaGroup } from '../formulas.ts'
import type { Ear, NeuronDefinition, RuleDefinition, SynapseDefinition } from '../model.ts'
import { dimensionName, none, type OwnUnits, same } from '../units.ts'
import type { Dimension } from '../units.ts'
import { latexOfEquation, latexOfExpression, latexOfNamed, latexOfStatement } from './latex.ts'
import { parseEquations, parseExpression, parseStatements } from './parse.ts'
import type { Differential } from './tree.ts'

/** Throws `InputError` where a text cannot be parsed, as all the functions here. */
export function formulasOfNeuron(model: NeuronDefinition): FormulaGroup[] {
  const file = (field: string) => `${model.name}.${field}`
  return filled([
    { title: 'Between spikes', formulas: equations(model.equations, file('equations')) },
    ...Object.entries(model.receptors).map(([receptor, text]) => ({
      title: `Arrivals at ${receptor}, of weight w`,
      formulas: statements(text, file(`receptors.${receptor}`)),
    })),
    { title: 'Spike when', formulas: expression(model.threshold, file('threshold')) },
    { title: 'Spikes by chance, at the rate', formulas: expression(model.rate, file('rate')) },
    { title: 'After a spike', formulas: statements(model.reset, file('reset')) },
    { title: 'Refractory for', formulas: expression(model.refractory, file('refractory')) },
    { title: 'Plateau potential while', formulas: expression(model.plateau, file('plateau')) },
    ...Object.entries(model.on ?? {}).map(([ear, text]) => ({ title: titleOf(ear), formulas: statements(text, file(`on.${ear}`)) })),
  ])
}

export function formulasOfSynapse(model: SynapseDefinition): FormulaGroup[] {
  const file = (field: string) => `${model.name}.${field}`
  return filled([
    { title: 'Of the presynaptic neuron', formulas: equations(model.pre, file('pre')) },
    { title: 'A spike transmits', formulas: expression(model.transmit, file('transmit')) },
    { title: 'After a presynaptic spike', formulas: statements(model.onPreSpike, file('onPreSpike')) },
  ])
}

export function formulasOfRule(rule: RuleDefinition): FormulaGroup[] {
  const file = (field: string) => `${rule.name}.${field}`
  return filled([
    { title: 'Of the presynaptic neuron', formulas: equations(rule.pre, file('pre'), anyWeight) },
    { title: 'Of the postsynaptic neuron', formulas: equations(rule.post, file('post'), anyWeight) },
    { title: 'Of the synapse', formulas: equations(rule.synapse, file('synapse'), anyWeight) },
    { title: 'Where', formulas: equations(rule.let, file('let'), anyWeight) },
    ...Object.entries(rule.on).map(([ear, text]) => ({ title: titleOf(ear), formulas: statements(text, file(`on.${ear}`)) })),
  ])
}

/** A rule is shown as it is for any weights: their unit is a base of its own kind that no other text can name. */
const weight: Dimension = [0, 0, 1 / 3]
const anyWeight: OwnUnits = new Map([['weight', { value: 1, dimension: weight }]])

const heard: Partial<Record<Ear, string>> = {
  pre_spike: 'At a presynaptic spike',
  pre_burst: 'At a presynaptic burst',
  post_spike: 'At a postsynaptic spike',
  post_burst: 'At a postsynaptic burst',
  post_plateau: 'At a postsynaptic plateau potential',
  tick: 'At every step',
  modulator: 'At a spike of the modulator',
}

function titleOf(ear: string): string {
  const [kind, which] = ear.split(':')
  if (kind === 'phase') return `When the phase ${which} begins`
  if (kind === 'end') return `When the phase ${which} ends`
  if (kind === 'every') return `Every ${which}`
  return heard[ear as Ear] ?? ear
}

function filled(groups: FormulaGroup[]): FormulaGroup[] {
  return groups.filter((group) => group.formulas.length > 0)
}

function equations(text: string | undefined, file: string, own?: OwnUnits): Formula[] {
  const { differentials, named } = parseEquations(text ?? '', file, own)
  const written = [
    ...differentials.map((e) => ({ at: e.at, formula: { latex: latexOfEquation(e), unit: unitText(e.dimension), ...noteOf(e) } })),
    ...named.map((e) => ({ at: e.at, formula: { latex: latexOfNamed(e), unit: unitText(e.dimension) } })),
  ]
  // in the order in which they were written
  return written.sort((a, b) => a.at.line - b.at.line).map(({ formula }) => formula)
}

function noteOf({ unlessRefractory, euler }: Differential): { note?: string } {
  const notes = [...(unlessRefractory ? ['unless refractory'] : []), ...(euler ? ['by forward Euler'] : [])]
  return notes.length > 0 ? { note: notes.join(', ') } : {}
}

function unitText(dimension: Dimension): string {
  if (dimension[2] === weight[2]) return same(dimension, weight) ? 'weight' : `${dimensionName([dimension[0], dimension[1], 0])} weight`
  return same(dimension, none) ? '1' : dimensionName(dimension)
}

function statements(text: string | undefined, file: string): Formula[] {
  const { assignments, unlessRefractory } = parseStatements(text ?? '', file, true)
  return assignments.map((a) => ({ latex: latexOfStatement(a), ...(unlessRefractory && { note: 'unless refractory' }) }))
}

function expression(text: string | undefined, file: string): Formula[] {
  return text === undefined ? [] : [{ latex: latexOfExpression(parseExpression(text, file)) }]
}
