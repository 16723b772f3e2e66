/** Everything that a run leaves behind, as bytes, and how two runs are compared. */
import { expect } from 'vitest'
import type { NetworkDescription } from '../../engine/description.ts'
import type { BuildOptions } from '../../engine/network.ts'
import type { Recording } from '../../engine/recorder.ts'
import { createSimulation, type Simulation } from '../../engine/simulation.ts'

/** "events e.times" -> numbers, bit for bit. */
export type Outcome = Map<string, number[]>

export class Kept implements Recording {
  readonly outcome: Outcome = new Map()
  private to(key: string): number[] {
    const found = this.outcome.get(key) ?? []
    this.outcome.set(key, found)
    return found
  }
  events(population: string, times: Float64Array, sources: Uint32Array, kinds: Uint8Array, count: number): void {
    this.to(`events ${population}: times`).push(...times.subarray(0, count))
    this.to(`events ${population}: sources`).push(...sources.subarray(0, count))
    this.to(`events ${population}: kinds`).push(...kinds.subarray(0, count))
  }
  sample(request: string, time: number, values: Float32Array | Float64Array): void {
    this.to(`samples ${request}: times`).push(time)
    this.to(`samples ${request}: values`).push(...values)
  }
  weights(projection: string, time: number, sources: Uint32Array, targets: Uint32Array, weights: Float64Array): void {
    this.to(`weights ${projection}: times`).push(time)
    this.to(`weights ${projection}: values`).push(...sources, ...targets, ...weights)
  }
  advance(): void {}
}

export interface Run {
  outcome: Outcome
  snapshot: Uint8Array
  simulation: Simulation
}

/** Runs to each of `stops` in turn. */
export async function run(description: NetworkDescription, stops: number[], options?: BuildOptions): Promise<Run> {
  const simulation = await createSimulation(description, options)
  const kept = new Kept()
  simulation.recording = kept
  for (const t of stops) simulation.run(t)
  return { outcome: kept.outcome, snapshot: simulation.snapshot(), simulation }
}

/** Same keys, same lengths, same bits (0 and -0 differ, NaN is itself). The first difference is named. */
export function expectSame(found: Outcome, wanted: Outcome, only: (key: string) => boolean = () => true): void {
  const keys = (o: Outcome) => [...o.keys()].filter(only).sort()
  expect(keys(found)).toEqual(keys(wanted))
  for (const key of keys(wanted)) {
    const [a, b] = [found.get(key) as number[], wanted.get(key) as number[]]
    const at = b.findIndex((x, k) => !Object.is(x, a[k]))
    expect({ key, length: a.length, at, value: a[at] }).toEqual({ key, length: b.length, at: -1, value: undefined })
  }
}

export function expectSameBytes(found: Uint8Array, wanted: Uint8Array, simulation: Simulation): void {
  expect(found.length).toBe(wanted.length)
  const at = wanted.findIndex((x, k) => x !== found[k])
  if (at < 0) return
  // the state follows 32 bytes of head; the column is named so that the message helps
  const first = simulation.network.memory.segment('state').byteOffset
  const column = simulation.network.memory.columns.findLast(
    (c) => c.segment === 'state' && c.address <= first + at - 32,
  )
  expect.fail(`the checkpoints differ at byte ${at}: ${at < 32 ? 'head' : column?.name}`)
}

export function eventCount(o: Outcome): number {
  return [...o].filter(([key]) => /^events .*: times$/.test(key)).reduce((n, [, times]) => n + times.length, 0)
}

/** Numbers from 0 to 1 for choosing instants; the same in every run of the tests. */
export function chance(seed: number): () => number {
  let s = seed >>> 0
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0
    return s / 2 ** 32
  }
}
