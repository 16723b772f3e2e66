/**
 * What blocks of trials reported last, as one table: a row a measure, a column a block. Only where blocks have measures of the same name,
 * such as errors and angles of several networks beside each other; elsewhere the curves say it all.
 */
import type { WatchedCurve } from '../scenarios/watched.ts'
import { short } from './text.ts'

/** Rows of the table, the first with the names of the blocks; none where no measure is there in two blocks. */
export function lastReports(watched: readonly WatchedCurve[]): string[][] {
  const curves = watched.flatMap((c) => (c.block === undefined ? [] : [{ ...c, block: c.block, measure: c.name.slice(c.block.length + 1) }]))
  const blocks = [...new Set(curves.map((c) => c.block))]
  const measures = [...new Set(curves.map((c) => c.measure))].sort()
  if (curves.length === measures.length) return []
  const cell = (measure: string, block: string) => {
    const found = curves.find((c) => c.block === block && c.measure === measure)
    const last = found?.values.at(-1)
    if (found === undefined || last === undefined) return ''
    return `${short(last)}${found.unit && ` ${found.unit}`}`
  }
  return [['last', ...blocks], ...measures.map((m) => [m, ...blocks.map((b) => cell(m, b))])]
}
