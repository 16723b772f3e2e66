/** Rows of a selection as the worker finds them, against a plain filter of the trace. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesSource, openTrace, openTraceWriter, type TraceHeader } from '../../engine/trace/index.ts'
import { heldTraces } from '../../viewer/store/held-traces.ts'
import { traceAnswers } from '../../viewer/store/trace-answers.ts'

const header: TraceHeader = {
  scenario: '{}',
  title: 'two populations',
  seed: 1,
  dt: 0.1,
  precision: 'f64',
  resultsVersion: '1',
  populations: [{ name: 'cells', size: 20, model: 'lif', regime: 'clocked' }, { name: 'readers', size: 5, model: 'lif', regime: 'clocked' }],
  samples: [],
  weights: [],
}

const parts: Uint8Array<ArrayBuffer>[] = []
const writer = openTraceWriter(header, { write: (bytes) => void parts.push(new Uint8Array(bytes)) })
// several chunks: a row every 3 ms for 20 s
for (let k = 0; k < 6000; k++) {
  writer.events(0, Float64Array.of(k * 3), Uint32Array.of((k * 7) % 20), Uint8Array.of(k % 5 === 0 ? 8 : k % 3 === 0 ? 5 : 1), 1)
  if (k % 4 === 0) writer.events(1, Float64Array.of(k * 3), Uint32Array.of(k % 5), Uint8Array.of(1), 1)
  writer.advance(k * 3)
}
writer.close(18_000)
const blob = new Blob(parts)
const bytes = new Uint8Array(await blob.arrayBuffer())
const answers = traceAnswers(heldTraces(() => ({ source: bytesSource(bytes), file: () => blob })))
const { id } = await answers.open({ name: 'test', file: blob })
const trace = openTrace(bytes)

describe('rows of a selection', () => {
  it('are those of the window and of the units', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 18_000, noNaN: true }), fc.double({ min: 0, max: 18_000, noNaN: true }), fc.nat(20), fc.nat(20), async (a, b, c, d) => {
        const [from, to, first, last] = [Math.min(a, b), Math.max(a, b), Math.min(c, d), Math.max(c, d)]
        const rows = [{ population: 'cells', first, last, order: { by: 'id' as const } }, { population: 'readers', first: 1, last: 3, order: { by: 'id' as const } }]
        const [cells, readers] = (await answers.events(id, { from, to, rows }, 1e6)) ?? []
        const plain = trace.events('cells', { from, to })
        const kept = (_: number, i: number) => plain.sources[i] >= first && plain.sources[i] < last
        expect(cells.times).toEqual(plain.times.filter(kept))
        expect(cells.units).toEqual(plain.sources.filter(kept))
        expect(cells.kinds).toEqual(plain.kinds.filter(kept))
        expect(new Set(readers.units)).toEqual(new Set(Array.from(trace.events('readers', { from, to }).sources).filter((u) => u === 1 || u === 2)))
      }),
      { numRuns: 50 },
    )
  })
  it('are not given where there are more than asked for', async () => {
    const rows = [{ population: 'cells', first: 0, last: 20, order: { by: 'id' as const } }]
    expect(await answers.events(id, { from: 0, to: 300, rows }, 99)).toBeUndefined()
    expect((await answers.events(id, { from: 0, to: 300, rows }, 100))?.[0].times.length).toBe(100)
  })
})
