/**
 * Bars of how alike the dissimilarities of responses in a trace are to those of the categories, or of other responses. Error bars:
 * standard deviation over stimuli that are drawn with replacement, the same draws for all bars. The noise ceiling takes the
 * responses it names for subjects: how alike the best matrix could be to theirs, on average (Nili et al. 2014).
 */
import { bootstrapStimuli, categoryRdm, noiseCeiling, type RdmComparison, type StimulusPatterns, undefinedPatterns, uniformNumbers, upperTriangle } from '../analysis/index.ts'
import { InputError } from '../engine/errors.ts'
import type { Recorded } from './from-trace.ts'
import type { FigureOptions } from './page.ts'
import { recordedDissimilarity } from './recorded-responses.ts'
import { type Ceiling, similarityBarsFigure } from './similarity-bars.ts'
import type { DissimilarityKind, SimilaritySpecification } from './specification.ts'

/** Draws of the bootstrap unless said: the standard deviation is known to 5 % then. */
const usualDraws = 200
/** Passes of the search for the upper end of a noise ceiling, seconds each: of 100 digits, one ended within 0.01 of where twenty did. */
const passes = 1

const comparisons: Record<RdmComparison, string> = { tau_a: 'τ_{A}', spearman: "Spearman's ρ", pearson: "Pearson's r" }

type Known = StimulusPatterns & { rdm: Float64Array; name: string }

/** Throws `InputError` for responses that the trace does not hold or that are not to the same stimuli. */
export function similarityFromTrace(recorded: Recorded, spec: SimilaritySpecification, page: FigureOptions): string {
  const { layers, series, with: other, metric = 'correlation', compare = 'tau_a', draws = usualDraws } = spec
  const references = typeof other === 'string' ? layers.map(() => other) : other
  checkCounts(spec, references)
  const read = (name: string, pass = spec.pass): Known => ({ ...recordedDissimilarity(recorded, name, metric, pass), name })
  const left: string[] = []
  const barOf = (name: string | null, pass: SimilaritySpecification['pass']): Known | undefined => {
    const bar = name === null ? undefined : read(name, pass)
    const without = bar ? undefinedPatterns(bar.patterns, metric).length : 0
    if (without > 0) left.push(`no bar of ${name}: ${without} of its patterns have no ${metric}`)
    return without > 0 ? undefined : bar
  }
  let stimuli: Known | undefined
  const results = layers.map((_, l) => {
    const bars = series.map(({ of, pass }) => barOf(of[l], pass))
    const there = bars.filter((bar) => bar !== undefined)
    if (there.length === 0) return []
    const reference = references[l] === 'category' ? categoriesOf(there[0]) : defined(read(references[l]), metric)
    stimuli ??= reference
    for (const bar of [...there, reference]) checkStimuli(bar, stimuli)
    // a generator of its own, from the same seed: all layers see the same draws
    const found = bootstrapStimuli(reference.rdm, there.map(({ rdm }) => rdm), { comparison: compare, draws, uniform: uniformNumbers(page.seed ?? 1) })
    return bars.map((bar) => bar && found[there.indexOf(bar)])
  })
  const conditions = series.map(({ name }, s) => ({
    name,
    values: results.map((layer) => layer[s]?.value ?? Number.NaN),
    errors: results.map((layer) => layer[s]?.error ?? Number.NaN),
  }))
  const { label = labelOf(spec), group, points, ceiling: subjects } = spec
  const ceiling = subjects && ceilingsOf(subjects, layers.length, compare, (name) => defined(read(name), metric))
  const notes = [
    ...(stimuli ? [`${Math.sqrt(stimuli.rdm.length)} stimuli`] : []),
    ...(stimuli && other === 'category' && compare === 'tau_a' ? [`highest possible ${highest(stimuli.rdm).toFixed(2)}`] : []),
    ...(subjects ? [`noise ceiling: the highest mean over ${subjectsOf(subjects)}`] : []),
    ...left,
    ...(page.notes ?? []),
  ]
  return similarityBarsFigure({ layers, conditions, label, group, errorsAre: `standard error, ${draws} draws of stimuli`, points, ...(ceiling && { ceiling }) }, { ...page, notes })
}

function checkCounts({ layers, series }: SimilaritySpecification, references: readonly string[]): void {
  for (const { name, of } of series) {
    if (of.length !== layers.length) throw new InputError(`"${name}" has ${of.length} responses; one a layer is needed, ${layers.length}, or null`)
  }
  if (references.length !== layers.length) throw new InputError(`found ${references.length} responses to compare with; one, or one a layer is needed, ${layers.length}`)
}

function labelOf({ with: other, compare = 'tau_a' }: SimilaritySpecification): string {
  const whose = typeof other === 'string' ? other : other.join(', ')
  return `${comparisons[compare]} with ${whose === 'category' ? 'the category matrix' : `that of ${whose}`}`
}

/** tau_a of a matrix that ranks all pairs within a class below all others, with no other ties: pairs of entries of one kind are ties. */
function highest(categories: Float64Array): number {
  const entries = upperTriangle(categories)
  const between = entries.reduce((sum, entry) => sum + entry, 0)
  return (between * (entries.length - between)) / ((entries.length * (entries.length - 1)) / 2)
}

function defined(one: Known, metric: DissimilarityKind): Known {
  const without = undefinedPatterns(one.patterns, metric).length
  if (without === 0) return one
  throw new InputError(`${without} of ${one.patterns.length} patterns of "${one.name}" have no ${metric}; the metric euclidean accepts them`)
}

function categoriesOf({ classes, name }: Known): Known {
  if (!classes) throw new InputError(`found category, but the stimuli of "${name}" have no classes; the name of other responses is needed`)
  return { name: 'category', patterns: [], classes, boundaries: [], pass: 1, passes: 1, rdm: categoryRdm(classes) }
}

function checkStimuli(one: Known, other: Known): void {
  const same = one.rdm.length === other.rdm.length && (one.classes ?? []).every((c, k) => c === other.classes?.[k])
  if (!same) throw new InputError(`"${one.name}" and "${other.name}" are not to the same stimuli`)
}

type Subjects = NonNullable<SimilaritySpecification['ceiling']>

/** One for all layers, or one a layer. */
function ceilingsOf(of: Subjects, layers: number, compare: RdmComparison, read: (name: string) => Known): Ceiling | Ceiling[] {
  if (compare !== 'tau_a') throw new InputError(`found a noise ceiling beside ${compare}; it is of tau_a`)
  if (!isNested(of)) return ceilingOf(of.map(read))
  if (of.length !== layers) throw new InputError(`found ${of.length} noise ceilings; one, or one a layer is needed, ${layers}`)
  return of.map((names) => ceilingOf(names.map(read)))
}

function ceilingOf(subjects: readonly Known[]): Ceiling {
  for (const subject of subjects) checkStimuli(subject, subjects[0])
  return noiseCeiling(subjects.map(({ rdm }) => upperTriangle(rdm)), { passes })
}

function subjectsOf(of: Subjects): string {
  if (!isNested(of)) return of.join(', ')
  const counts = [...new Set(of.map((names) => names.length))]
  return `${counts.join(' or ')} responses of the layer`
}

const isNested = (of: Subjects): of is string[][] => Array.isArray(of[0])
