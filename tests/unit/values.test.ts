/** Values that are drawn. */
import { describe, expect, it } from 'vitest'
import { streamKey } from '../../engine/random.ts'
import { valueDraw } from '../../engine/values.ts'
import { library } from '../../models/index.ts'
import { loadScenario } from '../../scenarios/load.ts'

describe('a factor to normal draws', () => {
  const key = streamKey(1, 'weights', 'p')
  const drawn = (normal: { mean: number; sd: number; min?: number; max?: number; times?: number }) =>
    Array.from({ length: 50 }, (_, i) => valueDraw({ normal }, [0, 0, 0], key).draw(i, 3))

  it('is of the same numbers, after they were clipped', () => {
    const plain = drawn({ mean: 0.2, sd: 1, min: -0.5 })
    expect(new Set(plain).size).toBeGreaterThan(20)
    expect(drawn({ mean: 0.2, sd: 1, min: -0.5, times: -1 })).toEqual(plain.map((x) => -x))
    expect(drawn({ mean: 0.2, sd: 1, min: -0.5, times: 1 })).toEqual(plain)
    expect(() => drawn({ mean: 0, sd: 1, times: Number.NaN })).toThrow('a finite number is needed')
  })

  it('has a sign only where values may', () => {
    const text = (weight: string, delay: string) => `
title: made
duration: 1 ms
populations: {a: {model: lif_delta, size: 2}}
projections: {p: {from: a, to: a, onto: soma, connect: {all_to_all: true}, weight: ${weight}, delay: ${delay}}}
`
    const load = (weight: string, delay: string) => loadScenario(text(weight, delay), { read: () => '', models: library })
    const normal = '{normal: {mean: 1 mV, sd: 1 mV, times: -1}}'
    expect(load(normal, '1 ms').description.projections[0].weight).toEqual({ normal: { mean: '1 mV', sd: '1 mV', times: -1 } })
    expect(() => load('1 mV', normal.replaceAll('mV', 'ms'))).toThrow(/delay\.normal\.times/)
  })
})
