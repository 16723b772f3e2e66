/** `(euler)` behind an equation: stepped by x + dt F where it would be exact, and nothing else is. */
import { describe, expect, test } from 'vitest'
import { InputError } from '../../engine/errors.ts'
import type { Method, NeuronDefinition } from '../../engine/model.ts'
import type { ClockedPopulation } from '../../engine/population.ts'
import { createSimulation } from '../../engine/simulation.ts'

const about = { name: 'n', about: 'A neuron.', source: 'none: a test', receptors: { soma: 'V += w' } }
const parameters: NeuronDefinition['parameters'] = { tau: ['10 ms', 'of V'], tau_a: ['5 ms', 'of a'] }
const model = (equations: string, more: Partial<NeuronDefinition> = {}): NeuronDefinition => ({ ...about, parameters, equations, ...more })

/** Values of one unit at ticks 0, 1, ..., and how each variable was stepped. */
async function run(definition: NeuronDefinition, ticks: number, initial: Record<string, string>, method?: Method) {
  const variables = Object.keys(initial)
  const rows: number[][] = []
  const simulation = await createSimulation({
    seed: 1, dt: '0.1 ms', precision: 'f64', projections: [], inputs: [],
    populations: [{ name: 'one', size: 1, model: definition, initial, method }],
    record: { samples: [{ name: 's', of: { population: 'one' }, variables, every: '0.1 ms' }] },
  })
  simulation.recording = { events: () => {}, weights: () => {}, advance: () => {}, sample: (_request, _time, values) => void rows.push([...values]) }
  simulation.run(ticks / 10)
  const population = simulation.network.populations.get('one') as ClockedPopulation
  return { rows, methods: Object.fromEntries(population.program.methods.map((m) => [m.variable, m.method])) }
}

describe('(euler)', () => {
  test('a linear variable goes by x + dt F from the values one tick ago; the others stay exact', async () => {
    const equations = 'dV/dt = (a - V) / tau : mV (euler)\nda/dt = -a / tau_a : mV'
    const { rows, methods } = await run(model(equations), 50, { V: '3 mV', a: '20 mV' })
    expect(methods.V).toBe('Euler')
    expect(methods.a).toMatch(/^exact/)
    let [V, a] = [3, 20]
    for (const row of rows) {
      expect(Math.abs(row[0] - V)).toBeLessThan(1e-13)
      expect(Math.abs(row[1] - a)).toBeLessThan(1e-13)
      V += 0.01 * (a - V)
      a *= Math.exp(-0.02)
    }
    expect(rows.length).toBe(51)
    // without the flag both are exact, and that is another number
    const exact = await run(model(equations.replace(' (euler)', '')), 50, { V: '3 mV', a: '20 mV' })
    expect(exact.methods.V).toMatch(/^exact/)
    expect(Math.abs(exact.rows[50][0] - rows[50][0])).toBeGreaterThan(1e-3)
  })

  test('with other methods named, it is Euler all the same, and they see it as it was at the start of the step', async () => {
    const equations = 'dV/dt = -V / tau : mV (euler)\nda/dt = V / tau_a - a * a / (5 ms * 1 mV) : mV'
    for (const method of ['euler', 'rk2', 'rk4', 'exponential_euler'] as const) {
      const { rows, methods } = await run(model(equations), 1, { V: '3 mV', a: '1 mV' }, method)
      expect(methods.V).toBe('Euler')
      expect(rows[1][0]).toBeCloseTo(2.97, 14)
      if (method !== 'rk2') continue
      const F = (a: number) => 3 / 5 - (a * a) / 5
      expect(rows[1][1]).toBeCloseTo(1 + 0.1 * F(1 + 0.05 * F(1)), 14)
    }
  })

  test('white noise on it is that of Euler and Maruyama', async () => {
    const equations = 'dV/dt = -V / tau + xi * 1 mV / sqrt(tau) : mV (euler)\nda/dt = -a / tau_a : mV'
    const start = { V: '0 mV', a: '0 mV' }
    const marked = (await run(model(equations), 200, start)).rows.map(([V]) => V)
    const exact = (await run(model(equations.replace(' (euler)', '')), 200, start)).rows.map(([V]) => V)
    // the same random numbers, once times sqrt(dt) and once times what is exact in law
    for (let k = 0; k < 200; k++) {
      const ratio = (marked[k + 1] - 0.99 * marked[k]) / (exact[k + 1] - Math.exp(-0.01) * exact[k])
      expect(ratio).toBeCloseTo(Math.sqrt(0.02 / -Math.expm1(-0.02)), 9)
    }
  })

  test('both flags, in either order', async () => {
    for (const flags of ['unless refractory, euler', 'euler,  unless   refractory']) {
      const { rows, methods } = await run(
        model(`dV/dt = (a - V) / tau : mV (${flags})\nda/dt = 0 * a / tau_a : mV`, { threshold: 'V > 10 mV', reset: 'V = 0 mV', refractory: '0.3 ms' }),
        7, { V: '9.9 mV', a: '20 mV' },
      )
      expect(methods.V).toBe('Euler')
      const expected = [9.9, 0, 0, 0, 0, 0.2, 0.398, 0.59402]
      expected.forEach((V, k) => void expect(rows[k][0]).toBeCloseTo(V, 12))
    }
  })

  test('mistakes', async () => {
    const attempt = (equations: string) => run(model(equations), 1, { V: '0 mV' })
    const line = 'dV/dt = -V / tau * exp(0 ms / tau_a) : mV'
    for (const flag of ['(exact)', '(euler, euler)', '(euler unless refractory)', '()', '(euler,)']) {
      await expect(attempt(`${line} ${flag}`)).rejects.toThrow(
        `found "${flag}"; only "(unless refractory)", "(euler)" and "(unless refractory, euler)" may follow the unit`,
      )
    }
    await expect(attempt(`${line}\nf = 2 : 1 (euler)`)).rejects.toThrow('found "(euler)" on a named expression')
    await expect(attempt(`${line} (exact)`)).rejects.toThrow(InputError)
  })
})
