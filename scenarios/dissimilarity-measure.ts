/**
 * How responses to stimuli differ, as matrices of dissimilarities (RDMs):
 *
 *   dissimilarity    how alike the RDM of some responses is to that of the categories (0 same class, 1 other) or of other responses
 *   categoricality   squared correlation of the RDM with the best fit of one cluster a class and a constant
 *
 * or the difference of two such values. Khaligh-Razavi & Kriegeskorte 2014; `analysis/rdm-comparison.ts`, `analysis/category-model.ts`.
 */
import { categoryFit, categoryRdm, clustersOf, compareRdms } from '../analysis/index.ts'
import type { NetworkDescription, TrialsDescription } from '../engine/description.ts'
import { InputError, within } from '../engine/errors.ts'
import { type Evidence, NoValue } from './evidence.ts'
import { plain } from './metric-bounds.ts'
import type { Measure } from './measures.ts'
import type { CategoricalityMetric, DissimilarityOfResponses } from './metrics-schema.ts'
import { recordedDissimilarity, responseNamed, sameStimuli } from './recorded-responses.ts'

/** What other responses are called that are none: those of a model that knows the class only. */
export const category = 'category'

type Found = { value: number; detail: string }

/** Throws `InputError` with the path within the metric. */
export function measureDissimilarity({ minus, ...first }: DissimilarityOfResponses, { description }: { description: NetworkDescription }): Measure {
  return difference(first, minus && { ...first, ...minus }, (m) => checkDissimilarity(m, description.trials), (m, e) => alike(m, description.trials, e))
}

/** Throws `InputError` with the path within the metric. */
export function measureCategoricality({ minus, ...first }: CategoricalityMetric, { description }: { description: NetworkDescription }): Measure {
  const { trials } = description
  const check = ({ of }: CategoricalityMetric) => {
    within(['of'], () => checkStimuli(of, trials))
    if (!classesOf(trials)) throw new InputError(`found categories of ${trials?.examples.name ?? 'data'}, which has no classes`, ['of'])
  }
  return difference(first, minus && { ...first, ...minus }, check, (m, e) => categorical(m, trials, e))
}

function difference<M>(first: M, second: M | undefined, check: (m: M) => void, measure: (m: M, e: Evidence) => Found): Measure {
  check(first)
  if (second === undefined) return { unit: plain, measure: (e) => measure(first, e) }
  within(['minus'], () => check(second))
  return {
    unit: plain,
    measure: (e) => {
      const [a, b] = [measure(first, e), measure(second, e)]
      return { value: a.value - b.value, detail: `${a.value} (${a.detail}) minus ${b.value} (${b.detail})` }
    },
  }
}

function checkDissimilarity({ of, with: other }: DissimilarityOfResponses, trials: TrialsDescription | undefined): void {
  within(['of'], () => checkStimuli(of, trials))
  within(['with'], () => {
    if (other === category) {
      if (!classesOf(trials)) throw new InputError(`found category for ${trials?.examples.name ?? 'data'}, which has no classes; the name of other responses is needed`)
      return
    }
    responseNamed(other, trials)
    if (!sameStimuli(of, other, trials)) throw new InputError(`"${of}" and "${other}" are not to the same stimuli; as many examples of the same block, or of unshuffled blocks of the same split, are needed`)
  })
}

/** Three stimuli are three dissimilarities: with fewer there is no order among them. */
function checkStimuli(name: string, trials: TrialsDescription | undefined): void {
  const { stimuli } = responseNamed(name, trials)
  if (stimuli < 3) throw new InputError(`found ${stimuli} stimuli of "${name}"; three or more are needed`)
}

function classesOf(trials: TrialsDescription | undefined): boolean {
  return trials !== undefined && 'labels' in trials.examples.wanted
}

function alike({ of, with: other, metric = 'correlation', compare = 'tau_a', pass = 'last' }: DissimilarityOfResponses, trials: TrialsDescription | undefined, e: Evidence): Found {
  const { rdm, found } = recordedDissimilarity(of, metric, pass, trials, e)
  const like = other === category ? categoryRdm(found.classes ?? []) : recordedDissimilarity(other, metric, pass, trials, e).rdm
  const value = compareRdms(rdm, like, compare)
  if (Number.isNaN(value)) throw new NoValue(`all dissimilarities of "${of}" or of "${other}" are equal, so they have no ${compare}`)
  return { value, detail: said(found) }
}

function categorical({ of, metric = 'correlation', pass = 'last' }: CategoricalityMetric, trials: TrialsDescription | undefined, e: Evidence): Found {
  const { rdm, found } = recordedDissimilarity(of, metric, pass, trials, e)
  const { categoricality: value } = categoryFit(rdm, clustersOf(found.classes ?? []))
  if (Number.isNaN(value)) throw new NoValue(`all dissimilarities of "${of}" are equal, or what fits them is, so they say nothing of categories`)
  return { value, detail: said(found) }
}

function said({ patterns, pass, passes }: { patterns: unknown[]; pass: number; passes: number }): string {
  return `${patterns.length} stimuli, pass ${pass} of ${passes}`
}
