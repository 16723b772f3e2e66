/**
 * The tasks published with SuperSpike, from their own rasters (not part of Hillock; skipped where they are not). Bounds and numbers
 * are those of reference runs of the published program's steps.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { learn, oxfordTask, poissonTask, precisionNetwork } from '../../bench/networks/precise-timing.ts'

const shared = process.env.HILLOCK_SHARED ?? new URL('../../../shared', import.meta.url).pathname
const data = join(shared, 'data')
const there = existsSync(join(data, 'oxford/target.ras'))
if (!there) console.warn(`no ${data}/oxford/target.ras: the published tasks are not learned`)
const read = (file: string) => readFileSync(join(data, file), 'utf8')

describe.skipIf(!there)('the published tasks', () => {
  test('twenty outputs of the picture, 64 hidden units, 120 s', async () => {
    const { loss, rates } = await learn(precisionNetwork(oxfordTask(read, 20), { seed: 2, hidden: 64, burnIn: 20 }), 120)
    const at = (t: number) => loss[t / 5]
    // reference: 200.2, 93.3, 52.0, 42.3, 37.4, 34.3 at 20, 40, ... 120 s; a silent output 196.8
    expect(at(20)).toBeGreaterThan(150)
    for (let t = 60; t <= 120; t += 20) expect(at(t), `${t} s`).toBeLessThan(at(t - 20))
    expect(at(120)).toBeLessThan(45)
    expect(rates.output).toBeGreaterThan(20)
  })
  test('one neuron, five spikes in half a second: median of five seeds after 250 s', async () => {
    const task = poissonTask(read)
    const last: number[] = []
    for (const seed of [1, 2, 3, 4, 5]) last.push((await learn(precisionNetwork(task, { seed, hidden: 0, burnIn: 10 }), 250)).loss[50])
    // reference: 0 to 4.8; a silent output 40.03
    expect([...last].sort((a, b) => a - b)[2], last.join(', ')).toBeLessThan(5)
  })
})
