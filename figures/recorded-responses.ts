/** Responses to stimuli in a trace (`trials.responses` of its scenario): patterns of one pass, and their dissimilarities. */
import { dissimilarity, patternsOfPass, type StimulusPatterns } from '../analysis/index.ts'
import { InputError, unknown } from '../engine/errors.ts'
import type { Recorded } from './from-trace.ts'
import type { DissimilarityKind, ResponsePass } from './specification.ts'

/** In the order of classes. Throws `InputError` for responses that the trace does not hold, `RangeError` for a pass that it does not. */
export function recordedPatterns({ trace, scenario }: Pick<Recorded, 'trace' | 'scenario'>, name: string, pass: ResponsePass = 'last'): StimulusPatterns {
  const responses = scenario.trials?.responses ?? {}
  if (!Object.hasOwn(responses, name)) throw new InputError(unknown('responses', name, Object.keys(responses)))
  const { examples, block } = responses[name]
  const all = scenario.trials?.blocks.find((b) => b.name === block)?.examples ?? examples
  const { values, units, variables } = trace.samples(name)
  const labelled = trace.header.samples.some((s) => s.name === `${name}.class`)
  const classes = labelled ? trace.samples(`${name}.class`).values.class : undefined
  try {
    return patternsOfPass({ values: values[variables[0]], units: units.length, stimuli: Math.min(examples, all), ...(classes && { classes }) }, pass)
  } catch (error) {
    throw error instanceof RangeError ? new InputError(`"${name}": ${error.message}`) : error
  }
}

/** Patterns and K x K dissimilarities. Entries that are undefined are NaN. */
export function recordedDissimilarity(recorded: Pick<Recorded, 'trace' | 'scenario'>, name: string, metric?: DissimilarityKind, pass?: ResponsePass): StimulusPatterns & { rdm: Float64Array } {
  const found = recordedPatterns(recorded, name, pass)
  return { ...found, rdm: dissimilarity(found.patterns, { metric }) }
}

/** What the numbers of a metric are. */
export const metricLabels: Record<DissimilarityKind, string> = {
  correlation: 'dissimilarity (1 − r)',
  euclidean: 'squared distance',
  cosine: 'dissimilarity (1 − cosine)',
}
