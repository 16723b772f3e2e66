/** Scenarios with trials are run: how they end, what is told of them, and that they can be gone on with. */
import { beforeAll, describe, expect, it } from 'vitest'
import { fedInputText, trialsText } from '../../cli/trials-text.ts'
import { trialsInWords } from '../../cli/progress.ts'
import { InputError } from '../../engine/errors.ts'
import { bytesSource } from '../../engine/trace/format.ts'
import { simulate } from '../../index.ts'
import { library } from '../../models/index.ts'
import { type LoadOptions, loadScenario } from '../../scenarios/load.ts'
import { checkpointTraceBytes, type Progress, type RunOptions, type RunResult, runScenario } from '../../scenarios/run.ts'
import { exclusiveOr } from '../exclusive-or.ts'

/** Exclusive or by backpropagation: 4 trials of 8 ms an epoch, 4 of 4 ms in every fifth, and 4 before the first. */
const text = (more = '') => `title: exclusive or
dt: 1 ms
precision: f64
${exclusiveOr}trials:
  phases: {forward: {length: 4 ms}, backward: {length: 4 ms}}
  blocks:
    before: {split: train, phases: [forward], before: true, measures: {error: {error: output.y, at: 'end:forward'}}}
    train: {split: train, phases: [forward, backward], shuffle: true, report: 2, measures: {loss: {squared_error: output.y, at: 'end:forward'}, error: {error: output.y, at: 'end:forward'}}}
    test: {split: train, phases: [forward], every: 5, measures: {error: {error: output.y, at: 'end:forward'}, loss: {squared_error: output.y, at: 'end:forward'}}}
  epochs: 102
record: {weights: [out], best: {weights: [out], by: test, variable: loss}}
expect:
  - {name: it learns, metric: {trials: {block: test, measure: error}}, accept: [0, 0]}
  - {name: it did not know, metric: {trials: {block: before, measure: error}}, accept: [0.25, 1]}
  - {name: better than at first, metric: {trials: {block: train, measure: loss, minus: {block: train, measure: loss, at: first}}}, accept: [-9, -0.2]}
${more}`
const load = (more = '', options: Partial<LoadOptions> = {}) => loadScenario(text(more), { file: 's.yaml', read: () => '', models: library, ...options })

/** Of the run in one go: 16 ms before, 102 epochs of 32 ms, and tests of 16 ms in epochs 5, 10 ... 100 and 102. */
const length = 16 + 102 * 32 + 21 * 16
let whole: RunResult
beforeAll(async () => {
  whole = await runScenario(load())
})
const bytesOf = async (options: RunOptions, more = '', loading: Partial<LoadOptions> = {}) => {
  const parts: Uint8Array[] = []
  const result = await runScenario(load(more, loading), { ...options, sink: { write: (b) => void parts.push(b.slice()) }, open: () => bytesSource(Buffer.concat(parts)) })
  return { result, bytes: new Uint8Array(Buffer.concat(parts)) }
}

describe('a run with trials', () => {
  it('ends with them, and shows what it should', () => {
    expect(whole.duration_ms).toBe(length)
    expect(whole.trials).toEqual({ done: 4 + 102 * 4 + 21 * 4, total: 4 + 102 * 4 + 21 * 4, epoch: 102, epochs: 102 })
    expect(whole.expectations.map(({ name, pass }) => [name, pass])).toEqual([['it learns', true], ['it did not know', true], ['better than at first', true]])
  })
  it('keeps what blocks measure in its trace, at the times of the reports', () => {
    const trace = whole.open()
    expect(trace.header.samples.map(({ name, variables, reduce }) => [name, variables, reduce])).toEqual([
      ['before', ['error'], 'mean'],
      ['test', ['error', 'loss'], 'mean'],
      ['train', ['error', 'loss'], 'mean'],
    ])
    expect(Array.from(trace.samples('before').times)).toEqual([16])
    const train = trace.samples('train').times
    expect(train).toHaveLength(204)
    expect(Array.from(train.subarray(0, 4))).toEqual([32, 48, 64, 80])
    const test = trace.samples('test').times
    expect(test).toHaveLength(21)
    expect([test[0], test[20]]).toEqual([16 + 5 * 32 + 16, length])
    expect(trace.verify()).toEqual([])
    expect(trace.header.populations.map((p) => p.events)).toEqual([false, false, false, false])
  })
  it('keeps the weights of the best report', () => {
    const trace = whole.open()
    const { times, values } = trace.samples('test')
    const losses = Array.from(values.loss)
    expect(trace.weights('out.best').map((w) => w.time)).toEqual([times[losses.indexOf(Math.min(...losses))]])
  })
  it('says how far it is', async () => {
    const seen: Progress[] = []
    await runScenario(load('watch: [test]\n'), { onProgress: (p) => void seen.push(structuredClone(p)) })
    expect(seen.length).toBeGreaterThan(1)
    const last = seen[seen.length - 1]
    expect(last).toMatchObject({ now: length, duration: Infinity, trials: { done: 496, total: 496, epoch: 102, epochs: 102, block: 'test' } })
    expect(Object.keys(last.trials?.measures ?? {}).sort()).toEqual(['before.error', 'test.error', 'test.loss', 'train.error', 'train.loss'])
    expect(last.trials?.measures['test.error']).toBe(0)
    expect(last.watched).toEqual({ 'test.error': 0, 'test.loss': last.trials?.measures['test.loss'] })
    const done = seen.map((p) => p.trials?.done ?? -1)
    expect(done).toEqual([...done].sort((a, b) => a - b))
    expect(seen[0].trials?.done).toBeLessThan(496)
  })
  it('ends before them if its duration does', async () => {
    const { result } = await bytesOf({}, 'duration: 100 ms\n')
    expect(result.duration_ms).toBe(100)
    expect(result.stopped).toBe(false)
    // 16 ms before; then 10 trials of 8 ms end by 96 ms
    expect(result.trials).toMatchObject({ done: 14, epoch: 3 })
    const later = await bytesOf({}, `duration: ${length + 1000} ms\n`)
    expect(later.result.duration_ms).toBe(length)
  })
  it('takes another number of epochs', async () => {
    const { result } = await bytesOf({}, '', { epochs: 3 })
    expect(result.trials).toEqual({ done: 4 + 12 + 4, total: 20, epoch: 3, epochs: 3 })
    expect(() => load('', { epochs: 0 })).toThrow(/^--epochs:1:1: trials.epochs: found 0; a whole number, at least 1, is needed/)
    const none = 'title: t\nduration: 1 ms\npopulations: {p: {model: clamped, size: 1}}\n'
    expect(() => loadScenario(none, { read: () => '', models: library, epochs: 2 })).toThrow('--epochs:1:1: found epochs for a scenario without trials')
  })
  it('ends early when nothing becomes better', async () => {
    // an error that is zero cannot become smaller
    const stopping = text().replace('  epochs: 102\n', '  epochs: 102\n  stop: {by: train.error, patience: 4}\n')
    const result = await runScenario(loadScenario(stopping, { read: () => '', models: library }))
    expect(result.stopped).toBe(false)
    expect(result.trials?.epoch).toBeLessThan(102)
    const { times, values } = result.open().samples('train')
    // the last report of every epoch counts
    const ends = Array.from(values.error).filter((_, k) => k % 2 === 1)
    const best = ends.indexOf(Math.min(...ends))
    expect(ends.length).toBe(best + 5)
    expect(result.trials?.epoch).toBe(ends.length)
    expect(times).toHaveLength(2 * ends.length)
  })
})

describe('a run with trials that is stopped', () => {
  it('is gone on with, bit for bit, from the middle of an epoch', async () => {
    const { bytes: all } = await bytesOf({})
    let checkpoint: Uint8Array | undefined
    const { result, bytes } = await bytesOf({
      onCheckpoint: (b) => {
        checkpoint = b
      },
      onProgress: ({ trials }) => (trials?.done ?? 0) < 30,
    })
    expect(result.stopped).toBe(true)
    const { done = 0, epoch } = result.trials ?? {}
    expect(done).toBeLessThan(496)
    expect(result.note).toContain(`stopped at trial ${done} of 496, in epoch ${epoch} of 102, after ${result.duration_ms} ms`)
    if (!checkpoint) throw new Error('no checkpoint')
    const cut = bytes.slice(0, checkpointTraceBytes(checkpoint))
    const parts = [cut]
    const resumed = await runScenario(load(), { resume: checkpoint, sink: { write: (b) => void parts.push(b.slice()) }, open: () => bytesSource(Buffer.concat(parts)) })
    expect(resumed.trials).toEqual(whole.trials)
    expect(Buffer.compare(Buffer.concat(parts), all)).toBe(0)
  })
  /** Checkpoints of a run, each with the trace as it was then. */
  async function checkpoints(checkpointEvery: RunOptions['checkpointEvery']): Promise<{ checkpoint: Uint8Array; trace: Uint8Array }[]> {
    const taken: { checkpoint: Uint8Array; trace: Uint8Array }[] = []
    const parts: Uint8Array[] = []
    const onCheckpoint = (checkpoint: Uint8Array) => void taken.push({ checkpoint, trace: Buffer.concat(parts) })
    await runScenario(load(), { checkpointEvery, onCheckpoint, sink: { write: (b) => void parts.push(b.slice()) }, open: () => bytesSource(Buffer.concat(parts)) })
    return taken
  }
  const goOn = ({ checkpoint, trace }: { checkpoint: Uint8Array; trace: Uint8Array }) => {
    const parts = [trace.slice(0, checkpointTraceBytes(checkpoint))]
    return runScenario(load(), { resume: checkpoint, sink: { write: (b) => void parts.push(b.slice()) }, open: () => bytesSource(Buffer.concat(parts)) })
  }
  it.each([17, 21, 25, 150, 1001, 1777])('is gone on with from %i ms', async (at) => {
    const [first] = await checkpoints(at)
    const resumed = await goOn(first)
    expect(resumed.trace.sha256).toBe(whole.trace.sha256)
  })
  it('has checkpoints after so many epochs', async () => {
    const taken: Uint8Array[] = []
    await runScenario(load('', { epochs: 40 }), { checkpointEvery: { epochs: 10 }, onCheckpoint: (b) => void taken.push(b) })
    // where an epoch ends is seen from time to time: at most one each, and one at least
    expect(taken.length).toBeGreaterThan(0)
    expect(taken.length).toBeLessThanOrEqual(4)
    await expect(runScenario(load(), { checkpointEvery: { epochs: 0 } })).rejects.toThrow(InputError)
    const apart: Uint8Array[] = []
    await runScenario(load('', { epochs: 40 }), { checkpointEvery: { epochs: 1, apart: 3600 }, onCheckpoint: (b) => void apart.push(b) })
    expect(apart).toEqual([])
  })
  it('has checkpoints after so many seconds on the wall, from which it goes on', async () => {
    const taken = await checkpoints({ seconds: 1e-9 })
    expect(taken.length).toBeGreaterThan(1)
    const resumed = await goOn(taken[taken.length - 1])
    expect(resumed.trace.sha256).toBe(whole.trace.sha256)
    await expect(runScenario(load(), { checkpointEvery: { seconds: 0 } })).rejects.toThrow('found checkpointEvery = 0 s; a time above zero is needed')
  })
  it('is not gone on with in another order of blocks', async () => {
    let checkpoint: Uint8Array | undefined
    await bytesOf({
      onCheckpoint: (b) => {
        checkpoint = b
      },
      onProgress: () => false,
    })
    const other = text().replace(/( {4}train: .*\n)( {4}test: .*\n)/, '$2$1')
    expect(other).not.toBe(text())
    await expect(runScenario(loadScenario(other, { read: () => '', models: library }), { resume: checkpoint, open: () => bytesSource(new Uint8Array()) })).rejects.toThrow('found a checkpoint of another scenario')
  })
})

describe('a library', () => {
  it('runs them until they end, and its trace does not hold the numbers of all examples', async () => {
    const { trace, simulation } = await simulate(load('', { epochs: 2 }).description, { until: Infinity })
    expect(trace.until).toBe(16 + 2 * 32 + 16)
    expect(simulation.trials?.finished).toBe(true)
    const { examples } = JSON.parse(trace.header.scenario).trials
    expect(examples).toEqual({ name: 'xor', count: 4, width: 2, scale: 1, outputs: 2, splits: { train: { first: 0, last: 3 } } })
    const later = await simulate(load('', { epochs: 2 }).description, { until: '1 s' })
    expect(later.trace.until).toBe(96)
  })
})

describe('trials in words', () => {
  it('of the progress', () => {
    expect(trialsInWords({ done: 1200, total: 60000, epoch: 3, epochs: 20, block: 'train', measures: {} })).toBe('epoch 3 of 20, train | 1,200 of 60,000 trials')
    expect(trialsInWords({ done: 0, total: 4, epoch: 0, epochs: 20, block: 'start', measures: {} })).toBe('before the first epoch, start | 0 of 4 trials')
  })
  it('of an explanation', () => {
    const { description } = load()
    const said = trialsText(description)
    expect(said).toContain('TRIALS: 496 in 102 epochs, each of one example')
    expect(said).toContain('data xor: 2 inputs and 2 classes an example; train 4')
    expect(said).toMatch(/backward +4 ms +end: up learns, hidden_bias learns, out learns, out_bias learns/)
    expect(said).toMatch(/train +4 trials of train, in a new order every epoch: forward, then backward/)
    expect(said).toMatch(/test +4 trials of train: forward +in every 5th epoch and the last/)
    expect(said).toMatch(/before +4 trials of train: forward +once, before the first epoch/)
    expect(said).toContain('train measures, reported every 2 trials and at its end:')
    expect(said).toMatch(/loss +1\/2 sum of \(wanted - output.y\)\^2 +at the end of forward/)
    const inputs = description.inputs.flatMap((i) => ('current' in i || 'poisson' in i || 'spikes' in i ? [] : [fedInputText(i, description.trials)]))
    expect(inputs).toEqual(['the input of the example shown', 'what is wanted of the example shown: 1 for the unit of its class, 0 for others, in backward only'])
    expect(trialsText({ ...description, trials: undefined })).toBe('')
  })
})
