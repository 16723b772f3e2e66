/** A model as mathematics and words, for who shows it: plain data, made by `equations/formulas.ts`. */

export interface Formula {
  latex: string
  /** Of what an equation is of: `mV`; not of statements and conditions. */
  unit?: string
  /** In words: a condition, a method. */
  note?: string
}

/** Formulas that hold at the same time, under a title in words. */
export interface FormulaGroup {
  title: string
  formulas: Formula[]
}

export interface DescribedParameter {
  name: string
  latex: string
  about: string
  /** What the model says, with its unit. */
  standard: string
  /** What the scenario says; populations or projections that say the same stand together. None where all have the standard. */
  values: { text: string; of: string[] }[]
}

/** A model in a scenario: its formulas, what their symbols stand for, and who uses it. */
export interface DescribedModel {
  kind: 'neuron' | 'source' | 'synapse' | 'rule'
  name: string
  about: string
  /** The paper. */
  source: string
  /** Populations or projections. */
  usedBy: string[]
  groups: FormulaGroup[]
  parameters: DescribedParameter[]
  /** Currents, and variables of neurons that a rule reads. */
  given: { latex: string; unit: string; about: string }[]
}
