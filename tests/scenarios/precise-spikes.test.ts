/** The claim of scenarios/precise-spikes.yaml: halving the step halves the distance of the clocked network to the exact one. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { library } from '../../models/index.ts'
import { loadScenario } from '../../scenarios/load.ts'
import { runScenario } from '../../scenarios/run.ts'

const file = new URL('../../scenarios/precise-spikes.yaml', import.meta.url).pathname
const read = (path: string) => readFileSync(path, 'utf8')

it('the clocked network converges to the exact one at first order', async () => {
  const steps = [0.1, 0.05, 0.025, 0.0125]
  const distances: number[] = []
  for (const dt of steps) {
    const result = await runScenario(loadScenario(read(file), { file, read, models: library, dt: `${dt} ms` }))
    distances.push(result.expectations[0].value)
  }
  // slope of the regression line through (log dt, log distance)
  const [x, y] = [steps, distances].map((list) => list.map(Math.log2))
  const [mx, my] = [x, y].map((list) => list.reduce((a, b) => a + b) / list.length)
  const order = x.reduce((s, v, k) => s + (v - mx) * (y[k] - my), 0) / x.reduce((s, v) => s + (v - mx) ** 2, 0)
  expect(order, `distances ${distances} ms at steps ${steps} ms`).toBeGreaterThan(0.8)
  expect(order, `distances ${distances} ms at steps ${steps} ms`).toBeLessThan(1.3)
})
