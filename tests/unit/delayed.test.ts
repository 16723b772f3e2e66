/** `delayed(x, T)` in equations of neurons: x as it was T earlier. */
import { describe, expect, test } from 'vitest'
import { interpretEvent, interpretTick, type UnitState } from '../../engine/equations/interpret.ts'
import { InputError } from '../../engine/errors.ts'
import type { NeuronDefinition } from '../../engine/model.ts'
import { streamKey } from '../../engine/random.ts'
import { createSimulation } from '../../engine/simulation.ts'
import { library } from '../../models/index.ts'
import { bytesOf, type UnitNetwork, unitNetwork, valuesOf } from '../unit-network.ts'

const about = { name: 'n', about: 'A neuron.', source: 'none: a test' }
const late: NeuronDefinition = {
  ...about,
  parameters: { tau: ['2 ms', 'of u'], lag: ['4 ms', 'a long delay'], gain: [0.5, 'of what is fed back'] },
  equations: `
    before = delayed(u, 0.3 ms) : 1
    du/dt = (gain * delayed(u, lag) - u) / tau : 1
    next same = u - delayed(u, 0 ms) : 1
    next fir = 0.5 * u + 0.3 * delayed(u, dt) - 0.2 * delayed(u, 2 * dt) + 0.1 * before : 1
    next self = delayed(self, 0.5 ms) + 1 : 1
    next mark = mark : 1
    next count = count : 1
    next seen = seen : 1`,
  receptors: { soma: 'u += w; seen = delayed(u, 0.1 ms)' },
  threshold: 'u - before > 0.9',
  reset: 'u -= 0.25; count += 1; mark = delayed(u, 0.2 ms)',
  initial: { u: 0.7, self: 10 },
  on: { 'phase:swap': 'u = delayed(u, lag) + 1; mark = u - delayed(u, 0.1 ms)' },
}
const spikes = Array.from({ length: 90 }, (_, k) => 0.3 + 0.1 * ((k * 37) % 197))

/** The same in plain numbers: values[variable][tick] of a unit that gets `arrivals` (tick -> weight), and hears phases at `phases`. */
function plain(ticks: number, arrivals: Map<number, number>, phases: number[] = []) {
  const u = [0.7], same = [0], fir = [0], self = [10], mark = [0], count = [0], seen = [0]
  const at = (list: number[], tick: number) => list[Math.max(0, tick)]
  for (let n = 1; n <= ticks; n++) {
    const b = n - 1
    const decay = Math.exp(-0.05)
    let now = u[b] * decay + 0.5 * at(u, b - 40) * (1 - decay)
    same.push(0)
    fir.push(0.5 * u[b] + 0.3 * at(u, b - 1) - 0.2 * at(u, b - 2) + 0.1 * at(u, b - 3))
    self.push(at(self, b - 5) + 1)
    mark.push(mark[b])
    count.push(count[b])
    seen.push(seen[b])
    const w = arrivals.get(n)
    if (w !== undefined) {
      now += w
      seen[n] = at(u, n - 1)
    }
    if (now - at(u, n - 3) > 0.9) {
      now -= 0.25
      count[n]++
      mark[n] = at(u, n - 2)
    }
    u.push(now)
    if (phases.includes(n)) {
      u[n] = at(u, n - 40) + 1
      mark[n] = u[n] - at(u, n - 1)
    }
  }
  return { u, same, fir, self, mark, count, seen }
}

describe('delayed(x, T)', () => {
  test.each([['f64', 1e-13], ['f32', 3e-6]] as const)('is x as it was at the end of that tick, in %s', async (precision, tolerance) => {
    const arrivals = new Map(spikes.map((t) => [Math.round(t * 10) + 16, 0.61]))
    const phases = [17, 50, 51, 120]
    const expected = plain(220, arrivals, phases)
    const { simulation, cells } = await unitNetwork({ model: late, precision, spikes, weight: 0.61 })
    for (let tick = 1; tick <= 220; tick++) {
      simulation.run(simulation.network.grid.time(tick))
      if (phases.includes(tick)) cells.hear('phase:swap')
      for (const [v, values] of Object.entries(expected)) {
        const error = Math.abs(valuesOf(simulation, v)[0] - values[tick])
        if (!(error <= tolerance * Math.max(1, Math.abs(values[tick])))) expect.fail(`${v} at tick ${tick}: ${valuesOf(simulation, v)[0]}, expected ${values[tick]}`)
      }
    }
    expect(expected.count[220]).toBeGreaterThan(3)
    expect(new Set(expected.mark).size).toBeGreaterThan(4)
  })

  test.each(['f64', 'f32'] as const)('is the same compiled and interpreted, bit for bit, with phases, in %s', async (precision) => {
    const size = 19
    const { simulation, cells } = await unitNetwork({ model: late, precision, size, initial: { u: { uniform: [0, 3] } }, parameters: { gain: { uniform: [-1, 1] } } })
    const units = Array.from({ length: size }, (_, u): UnitState => ({
      variables: Object.fromEntries(cells.program.variables.map((v) => [v, valuesOf(simulation, v)[u]])), last: -(2 ** 30), inPlateau: false,
    }))
    const phase = cells.eventProgram('phase:swap')
    if (!phase) throw new Error('it is there')
    for (let tick = 0; tick <= 300; tick++) {
      if (tick > 0) {
        simulation.run(simulation.network.grid.time(tick))
        units.forEach((state, unit) => void interpretTick(cells.program, state, { unit, tick, inputs: {}, perTick: {}, key: [0, 0] }, precision))
      }
      if (tick % 41 === 0) {
        cells.hear('phase:swap')
        units.forEach((state, unit) => void interpretEvent(phase, state, { unit, tick, perTick: {}, key: streamKey(4, 'noise.phase:swap', 'cells') }, precision))
      }
      for (const v of cells.program.variables) {
        const found = valuesOf(simulation, v)
        units.forEach((state, u) => {
          const wanted = precision === 'f32' ? Math.fround(state.variables[v]) : state.variables[v]
          if (!Object.is(found[u], wanted)) expect.fail(`${v} of unit ${u} at tick ${tick}: compiled ${found[u]}, interpreted ${wanted}`)
        })
      }
    }
    expect(Math.max(...valuesOf(simulation, 'count'))).toBeGreaterThan(0)
  })

  test.each(['f64', 'f32'] as const)('does not depend on partitions, windows or an interruption, in %s', async (precision) => {
    const given: UnitNetwork = { model: late, size: 40, precision, spikes, weight: 1.2, initial: { u: { uniform: [0, 3] } }, parameters: { gain: { uniform: [-1, 1] } } }
    const whole = await unitNetwork(given)
    expect(whole.cells.window).toBe(16)
    const slow = await unitNetwork({ ...given, partitions: 3 })
    const resumed = await unitNetwork(given)
    for (const until of [9.3, 20, 31.7]) {
      whole.simulation.run(until)
      for (let tick = slow.cells.tick + 1; tick <= Math.round(until * 10); tick++) slow.simulation.run(tick / 10)
      // goes on from where the first one was at 9.3 ms
      if (until === 9.3) resumed.simulation.restore(whole.simulation.snapshot())
      else resumed.simulation.run(until)
      for (const { cells } of [whole, slow, resumed]) cells.hear('phase:swap')
    }
    expect(bytesOf(slow.simulation) === bytesOf(whole.simulation)).toBe(true)
    expect(bytesOf(resumed.simulation) === bytesOf(whole.simulation)).toBe(true)
    expect(valuesOf(whole.simulation, 'count').some((n) => n > 0)).toBe(true)
    expect(new Set(valuesOf(whole.simulation, 'fir')).size).toBe(40)
  })

  test('sees all rounds of an instant', async () => {
    // two populations that pass a spike on within the instant: what arrives in the second round belongs to the tick
    const cell: NeuronDefinition = {
      ...about, parameters: {}, equations: 'next x = x : 1\nnext y = delayed(x, 0.1 ms) : 1', receptors: { soma: 'x += w' }, threshold: 'x >= 1 and x < 5', reset: 'x = x + 10',
    }
    const list = library.sources.get('spike_list')
    if (!list) throw new Error('the library is complete')
    const wire = (name: string, from: string, to: string, delay: string) => ({
      name, from: { population: from }, to: { population: to }, onto: 'soma', connect: { one_to_one: true as const }, weight: 2, delay,
    })
    const simulation = await createSimulation({
      seed: 1, dt: '0.1 ms', precision: 'f64', inputs: [],
      populations: [{ name: 'a', size: 1, model: cell }, { name: 'cells', size: 1, model: cell }, { name: 'source', size: 1, model: list, spikes: { times: [0.3], units: [0] } }],
      projections: [wire('in', 'source', 'a', '0.1 ms'), wire('on', 'a', 'cells', '0 ms'), wire('back', 'cells', 'a', '0 ms')],
    })
    const rows: number[][] = []
    for (let tick = 1; tick <= 8; tick++) {
      simulation.run(tick / 10)
      rows.push([...valuesOf(simulation, 'x'), ...valuesOf(simulation, 'y')])
    }
    // at tick 4 it all happens; the step to tick 5 looks at tick 3, that to tick 6 at tick 4
    expect(rows.map(([, y]) => y)).toEqual([0, 0, 0, 0, 0, 12, 12, 12])
    expect(rows.map(([x]) => x)).toEqual([0, 0, 0, 12, 12, 12, 12, 12])
  })

  test('a change of the delay finds what was kept for it', async () => {
    const model: NeuronDefinition = { ...about, parameters: { lag: ['0.2 ms', ''] }, equations: 'next n = n + 1 : 1\nnext d = delayed(n, lag) : 1', receptors: {} }
    const { simulation } = await unitNetwork({ model, changes: [{ population: 'cells', at: '2 ms', parameters: { lag: '1.5 ms' } }, { population: 'cells', at: '3 ms', parameters: { lag: '0 ms' } }] })
    const found: number[] = []
    for (let tick = 1; tick <= 32; tick++) {
      simulation.run(tick / 10)
      found.push(valuesOf(simulation, 'd')[0])
    }
    expect(found[19]).toBe(17)
    expect(found.slice(20, 30)).toEqual(Array.from({ length: 10 }, (_, k) => k + 20 - 15))
    expect(found.slice(30)).toEqual([30, 31])
  })

  test('the longest delay, and a hundred of them', async () => {
    const model: NeuronDefinition = { ...about, parameters: {}, equations: 'next n = n + 1 : 1\nnext d = delayed(n, 1 s) : 1', receptors: {}, initial: { n: 5, d: 5 } }
    const { simulation } = await unitNetwork({ model })
    simulation.run(1000.1)
    expect(valuesOf(simulation, 'd')).toEqual([5])
    simulation.run(1000.4)
    expect(valuesOf(simulation, 'd')).toEqual([8])
    const terms = Array.from({ length: 100 }, (_, k) => `${k + 1} * delayed(n, ${k} * dt)`).join(' + ')
    const many = await unitNetwork({ model: { ...model, equations: `next n = n + 1 : 1\nnext d = ${terms} : 1`, initial: {} } })
    many.simulation.run(30)
    expect(valuesOf(many.simulation, 'd')).toEqual([Array.from({ length: 100 }, (_, k) => (k + 1) * (299 - k)).reduce((a, b) => a + b)])
  })

  test.each(['rk2', 'rk4', 'exponential_euler'] as const)('is held over the step by %s', async (method) => {
    const model: NeuronDefinition = { ...about, method, parameters: {}, equations: 'dx/dt = delayed(x, 0.2 ms) * delayed(x, 0.2 ms) * 1 / (1 ms) + 0 * x * x / (1 ms) : 1', receptors: {}, initial: { x: 0.5 } }
    const { simulation } = await unitNetwork({ model })
    const x = [0.5]
    for (let n = 1; n <= 20; n++) x.push(x[n - 1] + 0.1 * x[Math.max(0, n - 3)] ** 2)
    simulation.run(2)
    expect(valuesOf(simulation, 'x')[0]).toBeCloseTo(x[20], 12)
  })

  test.each([
    ['next y = delayed(k, 1 ms) : 1', 'found "k" as what is delayed; the name of a variable', 2, 18],
    ['next y = delayed(2 * x, 1 ms) : 1', 'found "2 * x" as what is delayed', 2, 20],
    ['f = x : 1\nnext y = delayed(f, 1 ms) : 1', 'found "f" as what is delayed', 3, 18],
    ['next y = delayed(x, x * 1 ms) : 1', 'found "x" in the time of a delay, which may depend on parameters only', 2, 23],
    ['next y = delayed(x, u01 * 1 ms) : 1', 'found "u01" in the time of a delay', 2, 25],
    ['next y = delayed(x, delayed(x, 1 ms) * 1 ms) : 1', 'in the time of a delay', 2, 38],
    ['next y = delayed(x, 2) : 1', 'the second argument of delayed must be a time', 2, 10],
    ['next y = delayed(x, 0.25 ms) : 1', 'found a delay of 0.25 ms; a whole number of steps of 0.1 ms, from 0 to 10000, is accepted', 2, 21],
    ['next y = delayed(x, -0.1 ms) : 1', 'found a delay of -0.1 ms', 2, 21],
    ['next y = delayed(x, 1000.1 ms) : 1', 'found a delay of 1000.1 ms', 2, 21],
    ['next y = delayed(x, k * tau) : 1', 'delayed takes a time that is the same for all units', 2, 23],
    ['next y = after_spike(0 ms, delayed(x, 1 ms) * 1 ms) : 1', 'found "delayed" in a time of after_spike', 2, 10],
  ])('%j is a mistake', async (equation, reason, line, column) => {
    const model: NeuronDefinition = {
      ...about, parameters: { k: [1, ''], tau: ['1 ms', ''] }, equations: `next x = x + k * dt / tau : 1\n${equation}`, receptors: {}, threshold: 'x > 1',
    }
    const error = await unitNetwork({ model, size: 2, parameters: { tau: { uniform: ['1 ms', '2 ms'] } } }).then(() => undefined, (e) => e)
    expect(error).toBeInstanceOf(InputError)
    expect((error as InputError).reason).toContain(reason)
    expect((error as InputError).place).toMatchObject({ line, column })
  })
})
