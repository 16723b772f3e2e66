/** `next x = ...`: a variable that becomes the value of an expression at every tick. */
import { describe, expect, test } from 'vitest'
import { InputError } from '../../engine/errors.ts'
import type { NeuronDefinition } from '../../engine/model.ts'
import { bytesOf, trajectory, unitNetwork, valuesOf } from '../unit-network.ts'

const rate: NeuronDefinition = {
  name: 'rate', about: 'A rate unit.', source: 'none: a test',
  parameters: { tau: ['2 ms', 'of s'], b: [0.3, 'bias'] },
  currents: { I: ['1', 'input'] },
  equations: `
    drive = I + b + a : 1
    next h = sigmoid(drive) : 1
    next s = clip(s + (dt / tau) * (h - s), 0, 0.4) : 1
    da/dt = -a / tau : 1`,
  receptors: { soma: 'a += w; s += w / 10' },
  initial: { h: 0.9, s: 0.1 },
}
const alone = (equations: string, more: Partial<NeuronDefinition> = {}): NeuronDefinition => ({ ...rate, parameters: {}, equations, receptors: {}, initial: {}, ...more })
const spikes = Array.from({ length: 60 }, (_, k) => 0.3 + 0.1 * ((k * 37) % 97))

describe('next x', () => {
  test.each([['f64', 1e-14], ['f32', 1e-6]] as const)('takes every value at the start of the step, in %s', async (precision, tolerance) => {
    const level = { name: 'level', to: { population: 'cells' }, onto: 'I', current: { constant: 0.5 } }
    const { simulation, cells } = await unitNetwork({ model: rate, precision, inputs: [level], spikes: [0.4, 1.1], weight: 0.7 })
    const rows = { h: [0.9], s: [0.1], a: [0] }
    for (let tick = 1; tick <= 60; tick++) {
      const [h, s, a] = [rows.h[tick - 1], rows.s[tick - 1], rows.a[tick - 1]]
      const arrives = tick === 20 || tick === 27 ? 0.7 : 0
      rows.h.push(1 / (1 + Math.exp(-(0.5 + 0.3 + a))))
      rows.s.push(Math.min(Math.max(s + 0.05 * (h - s), 0), 0.4) + arrives / 10)
      rows.a.push(a * Math.exp(-0.05) + arrives)
    }
    for (let tick = 0; tick <= 60; tick++) {
      simulation.run(simulation.network.grid.time(tick))
      for (const variable of ['h', 's', 'a'] as const) {
        expect(Math.abs(valuesOf(simulation, variable)[0] - rows[variable][tick]), `${variable} at ${tick}`).toBeLessThan(tolerance)
      }
    }
    // the clip was reached, so that it was tested
    expect(Math.max(...rows.s)).toBeGreaterThan(0.4)
    expect(cells.program.methods.filter((m) => m.method === 'map')).toEqual([
      { variable: 'h', method: 'map', equation: 'next h = sigmoid(drive)' },
      { variable: 's', method: 'map', equation: 'next s = clip(s + dt / tau * (h - s), 0, 0.4)' },
    ])
  })

  test.each(['f64', 'f32'] as const)('partitions, windows and interruptions change nothing, in %s', async (precision) => {
    const given = { model: rate, size: 40, precision, spikes, weight: 0.4, parameters: { b: -2, tau: { uniform: ['1 ms', '5 ms'] as [string, string] } } }
    const whole = await unitNetwork(given)
    expect(whole.cells.window).toBe(16)
    whole.simulation.run(15)
    const slow = await unitNetwork(given)
    trajectory(slow.simulation, 'h', 150)
    const cut = await unitNetwork({ ...given, partitions: 3 })
    cut.simulation.run(7)
    const middle = cut.simulation.snapshot()
    cut.simulation.run(15)
    const resumed = await unitNetwork(given)
    resumed.simulation.restore(middle)
    resumed.simulation.run(15)
    expect(new Set(valuesOf(whole.simulation, 's')).size).toBeGreaterThan(20)
    for (const v of ['h', 's', 'a']) {
      for (const other of [slow, cut, resumed]) expect(valuesOf(other.simulation, v)).toEqual(valuesOf(whole.simulation, v))
    }
    expect(bytesOf(slow.simulation) === bytesOf(whole.simulation)).toBe(true)
  })

  test('is held while refractory where it says so, and is a held input to exact equations', async () => {
    const { simulation, cells } = await unitNetwork({
      model: alone('next x = x + 1 : 1 (unless refractory)\nnext y = y + 1 : 1\ndz/dt = (y - z) / (1 ms) : 1', { threshold: 'x > 2.5', reset: 'x = 0', refractory: '0.2 ms' }),
    })
    const found = trajectory(simulation, 'x', 9).map(([x]) => x)
    // the two steps after the spike are held
    expect(found).toEqual([0, 1, 2, 0, 0, 0, 1, 2, 0, 0])
    expect(valuesOf(simulation, 'y')).toEqual([9])
    let z = 0
    for (let k = 0; k < 9; k++) z += (k - z) * -Math.expm1(-0.1)
    expect(valuesOf(simulation, 'z')[0]).toBeCloseTo(z, 13)
    expect(cells.program.methods.find((m) => m.variable === 'z')?.method).toMatch(/^exact .*held over the step/)
  })

  test.each(['rk2', 'rk4', 'euler'] as const)('is held while %s steps the others', async (method) => {
    const { simulation } = await unitNetwork({ model: alone('next y = y + 1 : 1\ndz/dt = y * z * z / (1 ms) : 1', { method, initial: { y: 1, z: 0.1 } }) })
    simulation.run(0.1)
    const f = (z: number) => z * z
    const k1 = f(0.1)
    const k2 = f(0.1 + 0.05 * k1)
    const k3 = f(0.1 + 0.05 * k2)
    const k4 = f(0.1 + 0.1 * k3)
    const change = { euler: k1, rk2: k2, rk4: (k1 + 2 * k2 + 2 * k3 + k4) / 6 }[method]
    expect(valuesOf(simulation, 'z')[0]).toBeCloseTo(0.1 + 0.1 * change, 14)
    expect(valuesOf(simulation, 'y')).toEqual([2])
  })

  test('chance: u01 is drawn anew every tick and for every unit', async () => {
    const { simulation } = await unitNetwork({ model: alone('next on = where(u01 < p, 1, 0) : 1\np = 0.25 : 1'), size: 100 })
    const rows = trajectory(simulation, 'on', 100).slice(1)
    const mean = rows.flat().reduce((a, b) => a + b) / 10_000
    expect(Math.abs(mean - 0.25)).toBeLessThan(0.02)
    expect(new Set(rows.map(String)).size).toBe(100)
  })

  test.each([
    ['next x = x + xi : 1', 'xi is white noise and belongs in a dX/dt line, not in "next x"', 1, 12],
    ['n = xi / sqrt(1 ms) : 1/ms\nnext x = n * dt : 1', 'xi is white noise and belongs in a dX/dt line, not in "next x"', 2, 12],
    ['next x = x : 1 (euler)', 'found "(euler)" on "next x"; of the two only "(unless refractory)" may follow a map', 1, 1],
    ['next x = x + 1 mV : 1', 'between a plain number and', 1, 12],
    ['next x = 2 * dt : 1', 'what "x" becomes is ms; ', 1, 12],
    ['next x = 1 : 1\ndx/dt = -x / (1 ms) : 1', 'the name "x" is defined twice', 2, 1],
    ['y = 1 : 1\nnext 3 = y : 1', '', 2, 6],
    ['next x = y : 1', 'unknown name "y"', 1, 10],
  ])('%j is a mistake', async (equations, reason, line, column) => {
    const error = await unitNetwork({ model: alone(equations) }).then(() => undefined, (e) => e)
    expect(error).toBeInstanceOf(InputError)
    expect((error as InputError).reason).toContain(reason)
    expect((error as InputError).place).toMatchObject({ line, column })
  })

  test('traces of synapses and rules are no maps', async () => {
    const { parseDecays } = await import('../../engine/equations/decay.ts')
    expect(() => parseDecays('next x = 1 : 1', 's.pre', new Map(), () => {})).toThrow('found the map "next x"; here are equations dX/dt only')
  })
})
