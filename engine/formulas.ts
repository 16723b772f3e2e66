/** A model as mathematics and words, for who shows it: plain data, made by `equations/formulas.ts`. */

export interface Formula {
  latex: string
  /** Of what an equation is of: `mV`; not of statements and conditions. */
  unit?: string
}

/** Formulas that hold at the same time, under a title in words. */
export interface FormulaGroup {
  title: string
  formulas: Formula[]
}
