/** Responses that a scenario asks for (`trials.responses`): which stimuli they are to, and their patterns in a trace. */
import { type DissimilarityMetric, dissimilarity, type Pass, patternsOfPass, type StimulusPatterns, undefinedPatterns } from '../analysis/index.ts'
import type { ResponseRequest, TrialsDescription } from '../engine/description.ts'
import { InputError, unknown } from '../engine/errors.ts'
import { type Evidence, NoValue } from './evidence.ts'
import { trialsOf } from './trial-count.ts'

/** Responses of this name, and of how many stimuli a pass. Throws `InputError`. */
export function responseNamed(name: string, trials: TrialsDescription | undefined): { request: ResponseRequest; stimuli: number } {
  const request = trials?.responses?.find((r) => r.name === name)
  if (!trials || !request) throw new InputError(unknown('responses', name, (trials?.responses ?? []).map((r) => r.name)))
  const block = trials.blocks.find((b) => b.name === request.block)
  return { request, stimuli: Math.min(request.examples, block ? trialsOf(block, trials) : 0) }
}

/** Whether both are to the same stimuli, in every pass. */
export function sameStimuli(a: string, b: string, trials: TrialsDescription | undefined): boolean {
  const [one, other] = [a, b].map((name) => responseNamed(name, trials))
  if (one.stimuli !== other.stimuli) return false
  if (one.request.block === other.request.block) return true
  const [first, second] = [one, other].map(({ request }) => trials?.blocks.find((block) => block.name === request.block))
  return first?.split === second?.split && !first?.shuffle && !second?.shuffle
}

/** Patterns of a pass and their dissimilarities. Throws `NoValue` where a pattern has none. */
export function recordedDissimilarity(name: string, metric: DissimilarityMetric, pass: Pass, trials: TrialsDescription | undefined, { trace }: Evidence): { rdm: Float64Array; found: StimulusPatterns } {
  const { request, stimuli } = responseNamed(name, trials)
  const { units, values } = trace.samples(name)
  const classes = trials && 'labels' in trials.examples.wanted ? trace.samples(`${name}.class`).values.class : undefined
  const found = ofPass(() => patternsOfPass({ values: values[request.of.variable], units: units.length, stimuli, ...(classes && { classes }) }, pass), name)
  const without = undefinedPatterns(found.patterns, metric)
  if (without.length === 0) return { rdm: dissimilarity(found.patterns, { metric }), found }
  const [first] = without
  const of = found.classes ? ` (class ${found.classes[first]})` : ''
  const what = metric === 'cosine' ? 'zero, so they have no cosine' : 'constant, so they have no correlation'
  throw new NoValue(`${without.length} of ${stimuli} patterns of "${name}" are ${what}; the first of them, in the order of classes, is that of stimulus ${first}${of}; the metric euclidean accepts them`)
}

function ofPass<T>(work: () => T, name: string): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof RangeError ? new NoValue(`"${name}": ${error.message}`) : error
  }
}
