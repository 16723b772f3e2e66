/**
 * The laws over the scenarios that come with the program, in their short forms, for as long as 250 ms: same seed same bytes,
 * one run equals many, resumed at twenty instants equals uninterrupted, declarations and recorders do not matter.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { NetworkDescription } from '../../engine/description.ts'
import type { BuildOptions } from '../../engine/network.ts'
import type { Recording } from '../../engine/recorder.ts'
import { createSimulation } from '../../engine/simulation.ts'
import { library } from '../../models/index.ts'
import { loadScenario } from '../../scenarios/load.ts'
import { chance, expectSameBytes } from './outcome.ts'

const root = new URL('../..', import.meta.url).pathname
const read = (path: string) => readFileSync(path, 'utf8')
const readBytes = (path: string) => readFileSync(path)
const scenarioFiles = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((e) =>
    e.isDirectory() ? scenarioFiles(join(folder, e.name)) : e.name.endsWith('.yaml') ? [join(folder, e.name)] : [],
  )

/** A hash of the events of every population, in their order. */
class Hashes implements Recording {
  private readonly all = new Map<string, ReturnType<typeof createHash>>()
  private of(name: string) {
    const found = this.all.get(name) ?? createHash('sha256')
    this.all.set(name, found)
    return found
  }
  events(population: string, times: Float64Array, sources: Uint32Array, kinds: Uint8Array, count: number): void {
    // one row after the other, so that it does not matter how many come together
    const rows = new Float64Array(3 * count)
    for (let k = 0; k < count; k++) rows.set([times[k], sources[k], kinds[k]], 3 * k)
    this.of(population).update(new Uint8Array(rows.buffer))
  }
  sample(request: string, time: number, values: Float32Array | Float64Array): void {
    this.of(`samples ${request}`).update(new Uint8Array(Float64Array.of(time, ...values).buffer))
  }
  weights(projection: string, time: number, sources: Uint32Array, targets: Uint32Array, weights: Float64Array): void {
    this.of(`weights ${projection}`).update(new Uint8Array(Float64Array.of(time, ...sources, ...targets, ...weights).buffer))
  }
  advance(): void {}
  text(only?: string): string {
    const names = [...this.all.keys()].filter((n) => only === undefined || n === only).sort()
    return names.map((n) => `${n} ${this.all.get(n)?.copy().digest('hex')}`).join('\n')
  }
}

async function hashed(description: NetworkDescription, stops: number[], options?: BuildOptions) {
  const simulation = await createSimulation(description, options)
  const hashes = new Hashes()
  simulation.recording = hashes
  for (const t of stops) simulation.run(t)
  return { hashes, simulation, snapshot: simulation.snapshot() }
}

describe.each(scenarioFiles(join(root, 'scenarios')).map((f) => relative(root, f)))('%s', (name) => {
  const file = join(root, name)
  const loaded = loadScenario(read(file), { file, read, readBytes, models: library, short: true })
  const { description } = loaded
  const duration = Math.min(loaded.duration, 250)
  const u = chance(name.length)
  const instants = Array.from({ length: 20 }, () => u() * duration).sort((a, b) => a - b)

  it('obeys the laws of cutting: many runs, and going on from twenty checkpoints', async () => {
    const whole = await hashed(description, [duration])
    const again = await hashed(description, [duration])
    expect(again.hashes.text()).toBe(whole.hashes.text())
    expectSameBytes(again.snapshot, whole.snapshot, whole.simulation)

    const first = await createSimulation(description)
    const hashes = new Hashes()
    first.recording = hashes
    const checkpoints: Uint8Array[] = []
    for (const t of [...instants, duration]) {
      first.run(t)
      checkpoints.push(first.snapshot())
    }
    expect(hashes.text()).toBe(whole.hashes.text())
    expectSameBytes(checkpoints[20], whole.snapshot, whole.simulation)

    const other = await createSimulation(description)
    for (let k = 0; k < 20; k++) {
      other.restore(checkpoints[k])
      other.run([...instants, duration][k + 1])
      expectSameBytes(other.snapshot(), checkpoints[k + 1], first)
    }
  })

  it('does not depend on the order of declarations, on recorders, on partitions', async () => {
    const whole = await hashed(description, [duration])
    const turned = {
      ...description,
      populations: [...description.populations].reverse(),
      projections: [...description.projections].reverse(),
      inputs: [...description.inputs].reverse(),
    }
    expect((await hashed(turned, [duration])).hashes.text()).toBe(whole.hashes.text())
    for (const partitions of [2, 3]) {
      expect((await hashed(description, [duration], { partitions })).hashes.text()).toBe(whole.hashes.text())
    }
    const one = (description.record?.events ?? description.populations.map((p) => p.name))[0]
    const alone = await hashed({ ...description, record: { events: [one] } }, [duration])
    expect(alone.hashes.text(one)).toBe(whole.hashes.text(one))
  })
})
