/** What two headers say differently, in sentences. */
import type { TraceHeader } from '../../engine/trace/index.ts'

/** Keys of the scenario that are named; of more only their number. */
const named = 6

export function headerDifferences(a: TraceHeader, b: TraceHeader): string[] {
  const sentences: string[] = []
  const say = (what: string, first: unknown, second: unknown): void => {
    if (first !== second) sentences.push(`Another ${what}: ${first} and ${second}.`)
  }
  say('title', a.title, b.title)
  say('seed', a.seed, b.seed)
  say('step of the grid (ms)', a.dt, b.dt)
  say('precision', a.precision, b.precision)
  say('version of results', a.resultsVersion, b.resultsVersion)
  for (const list of ['populations', 'samples', 'weights'] as const) {
    const what = { populations: 'population', samples: 'samples', weights: 'weights of' }[list]
    const [first, second] = [a, b].map((header) => new Map<string, object>(header[list].map((item) => [item.name, item])))
    for (const name of first.keys()) if (!second.has(name)) sentences.push(`Only the first has the ${what} "${name}".`)
    for (const [name, item] of second) {
      const other = first.get(name)
      if (!other) sentences.push(`Only the second has the ${what} "${name}".`)
      else sentences.push(...differingKeys(other, item).map((key) => `The ${what} "${name}" differ in ${key}.`))
    }
  }
  const keys = differingKeys(parsed(a.scenario), parsed(b.scenario))
  if (keys.length > named) sentences.push(`The scenarios differ in ${keys.slice(0, named).join(', ')} and ${keys.length - named} more.`)
  else if (keys.length > 0) sentences.push(`The scenarios differ in ${keys.join(', ')}.`)
  return sentences
}

/** A scenario that is no JSON was written by another program; then its text is all there is. */
function parsed(scenario: string): unknown {
  try {
    return JSON.parse(scenario)
  } catch {
    return scenario
  }
}

/** Paths such as `populations.cells.size` of the innermost values that differ; empty text for the whole. */
function differingKeys(a: unknown, b: unknown, path = ''): string[] {
  if (Object.is(a, b)) return []
  const both = typeof a === 'object' && typeof b === 'object' && a !== null && b !== null && Array.isArray(a) === Array.isArray(b)
  if (!both) return [path || 'everything']
  const [first, second] = [a as Record<string, unknown>, b as Record<string, unknown>]
  return [...new Set([...Object.keys(first), ...Object.keys(second)])].flatMap((key) => differingKeys(first[key], second[key], path ? `${path}.${key}` : key))
}
