/**
 * The laws over the scenarios that come with the program, in their short forms, for as long as 250 ms: same seed same bytes,
 * one run equals many, resumed at twenty instants equals uninterrupted, declarations and recorders do not matter. Those with trials
 * go on until the trials end, with a few examples in every block, so that blocks, reports and the end are among what is cut.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readDataFile } from '../../cli/data-files.ts'
import type { NetworkDescription } from '../../engine/description.ts'
import type { BuildOptions } from '../../engine/network.ts'
import type { Recording } from '../../engine/recorder.ts'
import { createSimulation } from '../../engine/simulation.ts'
import { library } from '../../models/index.ts'
import { loadScenario } from '../../scenarios/load.ts'
import { copiesShown } from '../../scenarios/trial-count.ts'
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
  names(): string[] {
    return [...this.all.keys()]
  }
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

/** Two epochs with every block once or more, two trials each, a report after every trial. */
function fewTrials(description: NetworkDescription): NetworkDescription {
  const { trials } = description
  if (!trials) return description
  const copies = copiesShown(description)
  const blocks = trials.blocks.map((block) => ({ ...block, examples: 2 * copies, ...(block.report !== undefined && { report: copies }) }))
  return { ...description, trials: { ...trials, epochs: 2, blocks } }
}

const reversed = <T extends object>(value: T): T => Object.fromEntries(Object.entries(value).reverse()) as T

describe.each(scenarioFiles(join(root, 'scenarios')).map((f) => relative(root, f)))('%s', (name) => {
  const file = join(root, name)
  const loaded = loadScenario(read(file), { file, read, readBytes, dataFiles: readDataFile, models: library, short: true })
  const description = fewTrials(loaded.description)
  const { trials } = description
  const duration = trials ? loaded.duration : Math.min(loaded.duration, 250)
  const u = chance(name.length)

  it('obeys the laws of cutting: many runs, and going on from twenty checkpoints', async () => {
    const whole = await hashed(description, [duration])
    const again = await hashed(description, [duration])
    expect(again.hashes.text()).toBe(whole.hashes.text())
    expectSameBytes(again.snapshot, whole.snapshot, whole.simulation)
    if (trials) {
      expect(whole.simulation.trials?.finished).toBe(true)
      expect(whole.hashes.names()).toEqual(expect.arrayContaining(trials.blocks.filter((b) => b.measures.length > 0).map((b) => `samples ${b.name}`)))
    }

    const until = whole.simulation.now
    const instants = Array.from({ length: 20 }, () => u() * until).sort((a, b) => a - b)
    const first = await createSimulation(description)
    const hashes = new Hashes()
    first.recording = hashes
    const checkpoints: Uint8Array[] = []
    for (const t of [...instants, duration]) {
      first.run(t)
      checkpoints.push(first.snapshot())
    }
    expect(first.now).toBe(until)
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
      ...(trials && { trials: { ...trials, phases: reversed(trials.phases) } }),
    }
    expect((await hashed(turned, [duration])).hashes.text()).toBe(whole.hashes.text())
    for (const partitions of [2, 3]) {
      expect((await hashed(description, [duration], { partitions })).hashes.text()).toBe(whole.hashes.text())
    }
    // all events recorded, where none are, and those of one population alone: events, and what blocks report, are the same
    const all = description.populations.map((p) => p.name)
    const kept = description.record?.events ?? all
    const everything = kept.length > 0 ? whole : await hashed({ ...description, record: { ...description.record, events: all } }, [duration])
    const one = kept[0] ?? all[0]
    const alone = await hashed({ ...description, record: { events: [one] } }, [duration])
    expect(alone.hashes.text(one)).toBe(everything.hashes.text(one))
    for (const what of whole.hashes.names()) expect(everything.hashes.text(what), what).toBe(whole.hashes.text(what))
    for (const { name: block } of trials?.blocks ?? []) expect(alone.hashes.text(`samples ${block}`), block).toBe(whole.hashes.text(`samples ${block}`))
  })
})
