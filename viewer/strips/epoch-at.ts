/** In which epoch a report of a block of trials was made, for what is said at the cursor. */
import type { TraceHeader } from '../../engine/trace/index.ts'
import { epochsOf } from '../../figures/epochs.ts'
import { scenarioOf } from './page-scenario.ts'

/** Of the report nearest to `time`; undefined for samples that are no block's. The first of `times` has to be the first report. */
export function epochAt(header: TraceHeader | undefined, samples: string, times: ArrayLike<number> | undefined, time: number): number | undefined {
  if (!header || !times || times.length === 0) return undefined
  const { trials, ...scenario } = scenarioOf(header)
  if (!trials?.blocks.some(({ name }) => name === samples)) return undefined
  const epochs = epochsOf({ ...scenario, trials }, samples, times.length)
  let near = 0
  for (let i = 1; i < times.length; i++) if (Math.abs(times[i] - time) < Math.abs(times[near] - time)) near = i
  return epochs[near]
}
