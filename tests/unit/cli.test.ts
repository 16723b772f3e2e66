/** The command line as a user has it: the built program, on small scenarios in a folder of its own. */
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { npy, npyRecords, npz } from '../../cli/npy.ts'
import { openTrace } from '../../engine/trace/index.ts'
import type { FigureSpecification } from '../../figures/specification.ts'
import type { Figure } from '../../scenarios/figures-schema.ts'
import { build, main } from '../built.ts'

let folder: string

interface Ended {
  code: number | null
  out: string
  err: string
}

function start(args: string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [main, ...args], { cwd: folder, env: { ...process.env, ...environment } })
  const ended = new Promise<Ended>((resolve) => {
    let [out, err] = ['', '']
    child.stdout.on('data', (data) => void (out += data))
    child.stderr.on('data', (data) => void (err += data))
    child.on('close', (code) => resolve({ code, out, err }))
  })
  return { child, ended }
}
const hillock = (...args: string[]) => start(args).ended

const scenario = (more = '', expected = '[10 Hz, 200 Hz]', duration = '200 ms') => `title: Small and busy
source: this test
seed: 3
duration: ${duration}
neurons:
  lif:
    about: leaky
    parameters: {tau_m: [20 ms, membrane time constant], V_th: 20 mV}
    equations: "dV/dt = (I - V) / tau_m : mV"
    currents: {I: mV}
    receptors: {soma: V += w}
    threshold: V > V_th
    reset: V = 0 mV
populations:
  cells: {model: lif, size: 20, initial: {V: {uniform: [0 mV, 19 mV]}}}
inputs:
  drive: {onto: cells.I, current: {sine: {mean: 30 mV, amplitude: 5 mV, period: 100 ms}}}
  slow: {onto: cells.I, current: {sine: {mean: 1 mV, amplitude: 2 mV, period: 130 ms}}}
projections:
  ring: {from: cells, to: cells, onto: soma, connect: {probability: 0.2}, weight: 0.5 mV, delay: 1 ms}
record:
  samples: {membrane: {of: "cells[0:2]", variables: [V], every: 1 ms}, mean: {of: cells, variables: [V], every: 5 ms, reduce: mean}}
  weights: [{of: ring, every: 50 ms, most: 20}]
watch: [mean]
expect:
  - {name: it fires, metric: {rate: {of: cells}}, accept: ${expected}, source: nobody}
figures:
  - raster: {of: cells}
  - rates: {bin: 10 ms}
  - voltages: {}
  - learning: {of: mean, label: mean V (mV)}
  - weights: {of: ring}
  - multiplexing: {of: cells, soma: drive, dendrite: slow, bin: 20 ms, decoders: [{name: again, of: "cells[0:10]", follows: soma}]}
  - curves: {group: 5, x: {label: group, values: [0, 1, 2, 3]}, series: [{name: all, of: cells, published: {event_rate: [1, null, 2, 3]}}]}
${more}`

/** So many epochs of four trials of 6 ms. */
const trials = `title: Exclusive or
dt: 1 ms
data: {xor: {}}
populations:
  input: {model: clamped, size: 2}
  output: {model: cross_entropy_output, size: 2}
inputs:
  x: {onto: input.I, example: {}}
  y: {onto: output.target, wanted: {}}
projections:
  up: {from: input, to: output, onto: I, graded: x, connect: {all_to_all: true}, weight: {uniform: [-1, 1]}, delay: 0 ms, rule: delta_rule}
trials:
  phases: {forward: {length: 3 ms}, backward: {length: 3 ms}}
  blocks: {train: {split: train, phases: [forward, backward], shuffle: true, measures: {loss: {squared_error: output.y, at: 'end:forward'}}}}
  epochs: 1000000
figures: [{learning: {of: train.loss}}]
`

beforeAll(async () => {
  await build()
  folder = mkdtempSync(join(tmpdir(), 'hillock-cli-'))
  const files: Record<string, string> = {
    'good.yaml': scenario(),
    'trials.yaml': trials,
    'missed.yaml': scenario('', '[1000 Hz, 2000 Hz]'),
    'long.yaml': scenario('', '[0 Hz, 1 kHz]', '4000 s'),
    'broken.yaml': scenario().replace('model: lif, size', 'model: lifs, size'),
    'explodes.yaml': scenario().replace('(I - V) / tau_m', 'V * V * V / (tau_m * V_th * V_th)').replace('threshold: V > V_th', 'threshold: V < -V_th'),
  }
  mkdirSync(join(folder, 'folder.yaml'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('hillock run', () => {
  it('keeps the trace, draws the figures and says what it showed', async () => {
    const { code, out, err } = await hillock('run', 'good.yaml')
    expect(err).toBe('')
    expect(code).toBe(0)
    expect(out).toMatch(/Small and busy, seed 3/)
    expect(out).toMatch(/✓ {2}it fires .* Hz {2}accepted 10 to 200 {2}nobody/)
    expect(out).toMatch(/all 1 hold/)
    expect(out).toMatch(/^look {5}npx hillock view out\/good\.hlk$/m)
    expect(out).toMatch(/^mean {2}first [\d.]+ mV {2}best [\d.]+ mV at \d+ ms {2}last [\d.]+ mV {2}[▁▂▃▄▅▆▇█]+$/m)
    for (const kind of ['raster', 'rates', 'voltages', 'multiplexing', 'curves', 'learning', 'weights']) {
      expect(out).toContain(`out/good.${kind}.png`)
      expect(readFileSync(join(folder, `out/good.${kind}.svg`), 'utf8')).toMatch(/^<svg /)
    }
    const trace = openTrace(readFileSync(join(folder, 'out/good.hlk')))
    expect(trace.complete).toBe(true)
    expect(trace.until).toBe(200)
  })

  it('--json prints one object and nothing else', async () => {
    const { code, out, err } = await hillock('run', 'good.yaml', '--json', '--out', 'json.hlk')
    expect([code, err]).toEqual([0, ''])
    const result = JSON.parse(out)
    expect(out.trim().split('\n')).toHaveLength(1)
    expect(result).toMatchObject({ scenario: 'Small and busy', seed: 3, duration_ms: 200, threads: 1 })
    expect(result.expectations).toMatchObject([{ name: 'it fires', accept: [10, 200], source: 'nobody', pass: true }])
    const bytes = readFileSync(join(folder, 'json.hlk'))
    expect(result.trace).toMatchObject({ path: 'json.hlk', bytes: bytes.length })
    expect(result.trace.sha256).toBe(execFileSync('sha256sum', [join(folder, 'json.hlk')], { encoding: 'utf8' }).slice(0, 64))
    const trace = openTrace(bytes)
    expect(result.events.spike).toBe(trace.totals('cells').spike)
    expect(readdirSync(folder).filter((name) => name.startsWith('json.'))).toEqual(['json.hlk'])
  })

  it('draws where it is told to, or not at all', async () => {
    await hillock('run', 'good.yaml', '--json', '--figures', 'pictures', '--out', 'a.hlk')
    expect(readdirSync(join(folder, 'pictures')).sort()).toContain('good.raster.png')
    const { out } = await hillock('run', 'good.yaml', '--no-figures', '--out', 'bare/a.hlk')
    expect(out).not.toContain('figures')
    expect(readdirSync(join(folder, 'bare'))).toEqual(['a.hlk'])
  })

  it('ends with 1 where an expectation does not hold', async () => {
    const { code, out } = await hillock('run', 'missed.yaml', '--no-figures')
    expect(code).toBe(1)
    expect(out).toMatch(/✗ {2}it fires/)
    expect(out).toMatch(/1 of 1 expectation does not hold/)
  })

  it('ends with 2 and one line for a mistake in the input, with its place', async () => {
    const cases: [string[], RegExp][] = [
      [['run', 'broken.yaml'], /^error: broken\.yaml:15:18: populations\.cells\.model: unknown model "lifs" \(did you mean "lif"\?\).*\n$/],
      [['run', 'good.yaml', '--set', 'populations.cels.size=3'], /^error: --set:1:13: populations\.cels: unknown key "cels" \(did you mean "cells"\?\).*\n$/],
      [['run', 'good.yaml', '--set', 'populations.cells.size=three'], /^error: --set:1:[0-9]+: populations\.cells\.size: found "three".*\n$/],
      [['run', 'good.yaml', '--set', 'nonsense'], /^error: --set nonsense: found no "=".*\n$/],
      [['run', 'good.yaml', '--seed', 'x'], /'--seed <n>' argument 'x' is invalid/],
      [['run', 'good.yaml', '--duration', '3 mV'], /^error: --duration.*3 mV.*mV; ms is needed\n$/],
      [['run', 'none.yaml'], /^error: none\.yaml: no such file.*\n$/],
      [['run', 'folder.yaml'], /^error: folder\.yaml is a folder.*\n$/],
      [['run', 'good.yaml', '--checkpoint-every', '0 ms'], /^error: --checkpoint-every: found 0 ms.*\n$/],
      [['run', 'good.yaml', '--checkpoint-every', '1 epoch'], /^error: --checkpoint-every: found 1 epoch for a scenario without trials; a time such as "10 s" is needed\n$/],
      [['run', 'trials.yaml', '--checkpoint-every', '0 epochs'], /^error: --checkpoint-every: found 0 epochs; 1 epoch or more are needed\n$/],
      [['run', 'good.yaml', '--epochs', '2'], /^error: --epochs:1:1: found epochs for a scenario without trials.*\n$/],
      [['run', 'trials.yaml', '--epochs', '0'], /'--epochs <n>' argument '0' is invalid/],
      [['run', 'good.yaml', '--resume', 'none'], /^error: --resume none: no such file.*\n$/],
      [['run', 'good.yaml', '--model', 'none.ts'], /^error: none\.ts: no such file.*\n$/],
      [['run'], /missing required argument 'scenario'/],
      [['rnu'], /unknown command 'rnu'\n\(Did you mean run\?\)/],
      [['run', 'good.yaml', '--jsn'], /unknown option '--jsn'\n\(Did you mean --json\?\)/],
      [['info', 'good.yaml'], /^error: good\.yaml: .*\n$/],
    ]
    const ended = await Promise.all(cases.map(([args]) => hillock(...args)))
    ended.forEach(({ code, out, err }, i) => {
      expect(err).toMatch(cases[i][1])
      expect([cases[i][0], code, out]).toEqual([cases[i][0], 2, ''])
    })
  })

  it('ends with 3 where the run fails', async () => {
    const { code, out, err } = await hillock('run', 'explodes.yaml', '--set', 'populations.cells.initial.V=30 mV')
    expect(err).toMatch(/^error: variable "V" of population "cells" is .* in unit 0 at .* ms.*\n$/)
    expect([code, out]).toEqual([3, ''])
  })

  it('ends with 3 where a file cannot be written', async () => {
    writeFileSync(join(folder, 'taken'), '')
    const cases: [string, RegExp][] = [
      ['taken/a.hlk', /^error: cannot write taken\/a\.hlk: a part of the path is no folder\n$/],
      ['folder.yaml', /^error: cannot write folder\.yaml: it is a folder\n$/],
      ['/dev/full', /^error: cannot write \/dev\/full: the disk is full\n$/],
    ]
    for (const [path, message] of existsSync('/dev/full') ? cases : cases.slice(0, 2)) {
      const { code, err } = await hillock('run', 'good.yaml', '--out', path)
      expect(err).toMatch(message)
      expect(code).toBe(3)
    }
    if (process.getuid?.() === 0) return // root may write anywhere
    mkdirSync(join(folder, 'locked'))
    chmodSync(join(folder, 'locked'), 0o500)
    expect(await hillock('run', 'good.yaml', '--out', 'locked/a.hlk')).toMatchObject({ code: 3, err: 'error: cannot write locked/a.hlk: permission denied\n' })
  })

  it('takes models from files, with hillock imported from anywhere', async () => {
    const model = `import { neuron } from 'hillock'
      export const mine: ReturnType<typeof neuron> = neuron({ name: 'mine', about: 'x', source: 'x', parameters: {},
        equations: 'dV/dt = (30 * 1 mV - V) / (20 ms) : mV', receptors: {}, threshold: 'V > 20 mV', reset: 'V = 0 mV' })`
    writeFileSync(join(folder, 'mine.ts'), model.replaceAll('30 * 1 mV', '30 mV').replaceAll("'V > 20 mV'", "'V > 20 mV'"))
    writeFileSync(join(folder, 'mine.yaml'), 'title: mine\nduration: 100 ms\npopulations: {cells: {model: mine, size: 3}}\n')
    expect(await hillock('check', 'mine.yaml')).toMatchObject({ code: 2 })
    const { code, out, err } = await hillock('run', 'mine.yaml', '--model', 'mine.ts', '--no-figures')
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/\n[1-9]\d* spikes/)
    writeFileSync(join(folder, 'empty.mjs'), 'export const nothing = 3\n')
    expect((await hillock('check', 'good.yaml', '--model', 'empty.mjs')).err).toMatch(/^error: empty\.mjs: found no model/)
  })
})

describe('hillock run of a trace', () => {
  it('repeats its run, and says whether the bytes are the same', async () => {
    writeFileSync(join(folder, 'told.yaml'), scenario())
    await hillock('run', 'told.yaml', '--out', 'told.hlk', '--no-figures', '--seed', '8')
    const again = await hillock('run', 'told.hlk', '--no-figures')
    expect([again.code, again.err]).toEqual([0, ''])
    expect(again.out).toContain('repeats  the same bytes as told.hlk')
    expect(readFileSync(join(folder, 'out/told.again.hlk')).equals(readFileSync(join(folder, 'told.hlk')))).toBe(true)
    const { code, out } = await hillock('run', 'told.hlk', '--json', '--duration', '150 ms', '--out', 'shorter.hlk')
    expect(code).toBe(1)
    expect(JSON.parse(out).repeats).toMatchObject({ path: 'told.hlk', same: false })
    const over = await hillock('run', 'told.hlk', '--out', './told.hlk')
    expect([over.code, over.err]).toEqual([2, 'error: --out ./told.hlk: this is the trace that is repeated; another file is needed\n'])
    expect((await hillock('run', 'none.hlk')).err).toBe('error: none.hlk: no such file; a trace .hlk is needed\n')
  })
})

describe('checkpoints', () => {
  it('resumed and uninterrupted traces are the same bytes', async () => {
    await hillock('run', 'good.yaml', '--json', '--out', 'whole.hlk')
    const first = await hillock('run', 'good.yaml', '--json', '--out', 'parts.hlk', '--checkpoint-every', '70 ms')
    expect(first.code).toBe(0)
    const resumed = await hillock('run', 'good.yaml', '--json', '--out', 'parts.hlk', '--resume', 'parts.hlk.checkpoint')
    expect([resumed.code, resumed.err]).toEqual([0, ''])
    expect(readFileSync(join(folder, 'parts.hlk')).equals(readFileSync(join(folder, 'whole.hlk')))).toBe(true)
    const { build_s, run_s, ...result } = JSON.parse(resumed.out)
    const { build_s: b, run_s: r, ...before } = JSON.parse(first.out)
    expect(result).toEqual(before)
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it('a checkpoint of another scenario is refused and costs no trace', async () => {
    const before = readFileSync(join(folder, 'parts.hlk'))
    const { code, err } = await hillock('run', 'good.yaml', '--seed', '4', '--out', 'parts.hlk', '--resume', 'parts.hlk.checkpoint')
    expect(err).toMatch(/^error: .*checkpoint.*\n$/)
    expect(code).toBe(2)
    expect(readFileSync(join(folder, 'parts.hlk')).equals(before)).toBe(true)
    const missing = await hillock('run', 'good.yaml', '--out', 'not-there.hlk', '--resume', 'parts.hlk.checkpoint')
    expect(missing).toMatchObject({ code: 2, err: expect.stringMatching(/^error: not-there\.hlk: no such file/) })
  })

  it('SIGINT closes the trace, and the run can be gone on with', async () => {
    const { child, ended } = start(['run', 'long.yaml', '--out', 'long.hlk', '--checkpoint-every', '100 s'])
    while (!existsSync(join(folder, 'long.hlk'))) await new Promise((resolve) => setTimeout(resolve, 20))
    await new Promise((resolve) => setTimeout(resolve, 300))
    child.kill('SIGINT')
    const { code, out, err } = await ended
    expect([code, err]).toEqual([130, ''])
    expect(out).toMatch(/stopped at .* of 4000 s; the trace is whole up to there/)
    expect(out).toContain('--resume long.hlk.checkpoint')
    const trace = openTrace(readFileSync(join(folder, 'long.hlk')))
    expect(trace.complete).toBe(true)
    expect(trace.until).toBeGreaterThan(0)
    expect(trace.until).toBeLessThan(4_000_000)
    const written = statSync(join(folder, 'long.hlk')).mtimeMs
    const again = start(['run', 'long.yaml', '--out', 'long.hlk', '--resume', 'long.hlk.checkpoint', '--json'])
    // the trace is cut to the checkpoint when the run begins
    while (statSync(join(folder, 'long.hlk')).mtimeMs === written) await new Promise((resolve) => setTimeout(resolve, 20))
    await new Promise((resolve) => setTimeout(resolve, 300))
    again.child.kill('SIGTERM')
    const { code: secondCode, out: json } = await again.ended
    expect(secondCode).toBe(130)
    const result = JSON.parse(json)
    expect(result).toMatchObject({ stopped: true, expectations: [] })
    expect(result.duration_ms).toBeGreaterThan(trace.until)
  })
})

describe('trials', () => {
  it('run so many epochs as are asked for', async () => {
    const { code, out, err } = await hillock('run', 'trials.yaml', '--epochs', '3', '--out', 'trials.hlk')
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('12 of 12 trials, epoch 3 of 3')
    expect(out).toMatch(/train\.loss +first .* best .* last /)
    expect(existsSync(join(folder, 'trials.learning.png'))).toBe(true)
    const json = JSON.parse((await hillock('run', 'trials.yaml', '--epochs', '2', '--json', '--out', 'trials.hlk')).out)
    expect(json).toMatchObject({ duration_ms: 48, trials: { done: 8, total: 8, epoch: 2, epochs: 2 } })
    expect((await hillock('check', 'trials.yaml')).out).toContain('1,000,000 epochs of trials in steps of 1 ms')
    expect((await hillock('explain', 'trials.yaml')).out).toMatch(/until its trials end, from seed 1[\s\S]*graded x -> current I at every tick[\s\S]*TRIALS: 4,000,000 in 1,000,000 epochs/)
  })
  it('that are stopped always leave a checkpoint', async () => {
    const { child, ended } = start(['run', 'trials.yaml', '--out', 'stopped.hlk'])
    while (!existsSync(join(folder, 'stopped.hlk'))) await new Promise((resolve) => setTimeout(resolve, 20))
    await new Promise((resolve) => setTimeout(resolve, 300))
    child.kill('SIGINT')
    const { code, out } = await ended
    expect(code).toBe(130)
    expect(out).toMatch(/stopped at trial [\d,]+ of 4,000,000, in epoch \d+ of 1000000; the trace is whole up to there/)
    expect(out).toContain('go on with the same command and --resume stopped.hlk.checkpoint')
    expect(existsSync(join(folder, 'stopped.hlk.checkpoint'))).toBe(true)
  })
})

describe('other commands', () => {
  it('check says ok with sizes', async () => {
    const { code, out } = await hillock('check', 'good.yaml', '--set', 'populations.cells.size=30')
    expect(code).toBe(0)
    expect(out).toMatch(/^ok: Small and busy: 30 units in 1 population, \d+ connections in 1 projection, 2 inputs, 200 ms/)
  })

  it('explain says who acts when, by which equations, and the cost', async () => {
    const { code, out } = await hillock('explain', 'good.yaml')
    expect(code).toBe(0)
    for (const part of [/1 protocol/, /6 sample +membrane \(every 1 ms\), mean \(every 5 ms, mean over units\), weights of ring \(every 50 ms\)/, /clocked: every 0\.1 ms, up to 10 steps/, /dV\/dt = \(I - V\) \/ tau_m : mV/, /V +exact/, /tau_m +20 ms +membrane time constant/, /drive +cells\.I +sine: mean 30 mV/, /ring +cells -> cells\.soma +\d+ connections +weight 0\.5 mV +delay 1 ms +static/, /200,000 unit steps a simulated second/]) {
      expect(out).toMatch(part)
    }
  })

  it('explain says by which rules projections learn', async () => {
    const { code, out } = await hillock('explain', 'stdp-frequency')
    expect(code).toBe(0)
    expect(out).toMatch(/5 learn +full_post_first \(triplet_stdp\)/)
    expect(out).toMatch(/RULE triplet_stdp: [\s\S]*at a presynaptic spike +w -= o1 \* \(A2_minus \+ A3_minus \* r2\)[\s\S]*full_pre_first +set visual_cortex_full +no bounds/)
  })

  it('list names models and scenarios, and prints the schema', async () => {
    const [all, neurons, scenarios, schema] = await Promise.all([hillock('list'), hillock('list', 'neurons'), hillock('list', 'scenarios'), hillock('list', '--schema')])
    expect(all.out).toMatch(/lif_exponential {2,}Leaky/)
    expect(neurons.out).toMatch(/tau_m +20 ms +membrane time constant/)
    expect(scenarios.code).toBe(0)
    expect(JSON.parse(schema.out)).toMatchObject({ title: 'Hillock scenario' })
    expect((await hillock('list', 'neuron')).err).toMatch(/Allowed choices are neurons/)
    expect((await hillock('list', 'rules')).out).toMatch(/^pair_stdp: [\s\S]* at a presynaptic spike +w -= A_minus \* y/)
  })

  it('info says what a trace holds, and what is damaged', async () => {
    await hillock('run', 'good.yaml', '--json', '--out', 'info.hlk')
    const { code, out } = await hillock('info', 'info.hlk', '--verify')
    expect(code).toBe(0)
    expect(out).toMatch(/complete: 0 to 200 ms/)
    expect(out).toMatch(/cells +20 units +lif, clocked +\d+ spikes/)
    expect(out).toMatch(/membrane +V of 2 units of cells/)
    expect(out).toMatch(/mean +V of cells, mean over units +every 5 ms/)
    expect(out).toMatch(/ring +cells -> cells +\d+ at 5 times, from 0 ms to 200 ms/)
    expect(out).toMatch(/none damaged/)
    expect(JSON.parse((await hillock('info', 'info.hlk', '--scenario')).out)).toMatchObject({ title: 'Small and busy' })
    const bytes = readFileSync(join(folder, 'info.hlk'))
    const trace = openTrace(bytes)
    bytes[trace.chunks[0].offset + 60] ^= 1
    writeFileSync(join(folder, 'damaged.hlk'), bytes)
    const damaged = await hillock('info', 'damaged.hlk', '--verify')
    expect(damaged.code).toBe(1)
    expect(damaged.out).toMatch(/damaged: /)
  })

  it('export gives what the trace has, as CSV and for NumPy', async () => {
    await hillock('run', 'good.yaml', '--json', '--out', 'export.hlk')
    const trace = openTrace(readFileSync(join(folder, 'export.hlk')))
    const events = trace.events('cells')
    const csv = (await hillock('export', 'export.hlk', '--population', 'cells')).out
    expect(csv.trim().split('\n')).toEqual(['time_ms,unit', ...Array.from(events.times, (t, i) => `${t},${events.sources[i]}`)])
    const samples = (await hillock('export', 'export.hlk', '--samples', 'membrane')).out.trim().split('\n')
    expect(samples).toHaveLength(1 + 2 * trace.samples('membrane').times.length)
    expect(samples[0]).toBe('time_ms,unit,V')
    const mean = (await hillock('export', 'export.hlk', '--samples', 'mean')).out.trim().split('\n')
    expect(mean.slice(0, 2)).toEqual(['time_ms,V', `0,${trace.samples('mean').values.V[0]}`])
    expect(mean).toHaveLength(42)
    const weights = (await hillock('export', 'export.hlk', '--weights', 'ring')).out.trim().split('\n')
    expect(weights.slice(1).every((line) => line.endsWith(',0.5'))).toBe(true)
    expect((await hillock('export', 'export.hlk', '--format', 'npz')).out).toBe('export.npz\n')
    const files = unzipSync(readFileSync(join(folder, 'export.npz')))
    expect(Object.keys(files).sort()).toEqual(['cells.kind.npy', 'cells.time_ms.npy', 'cells.unit.npy', 'mean.V.npy', 'mean.time_ms.npy', 'membrane.V.npy', 'membrane.time_ms.npy', 'membrane.unit.npy', 'ring.source.npy', 'ring.target.npy', 'ring.time_ms.npy', 'ring.weight.npy', 'ring.weights.npy'])
    const connections = trace.weights('ring')[0].weights.length
    expect(Buffer.from(files['ring.weights.npy']).toString('latin1')).toContain(`'shape': (5, ${connections})`)
    expect(weights).toHaveLength(1 + 5 * connections)
    const times = files['cells.time_ms.npy']
    const start = 10 + new DataView(times.buffer, times.byteOffset).getUint16(8, true)
    expect(start % 64).toBe(0)
    expect(new Float64Array(times.slice(start).buffer)).toEqual(events.times)
    expect((await hillock('export', 'export.hlk', '--population', 'cell')).err).toMatch(/^error: unknown population "cell" \(did you mean "cells"\?\)/)
  })

  it('plot draws traces and scenarios', async () => {
    await hillock('run', 'good.yaml', '--json', '--out', 'plot.hlk')
    const png = await hillock('plot', 'plot.hlk', '--figure', 'raster', '--of', 'cells[0:5]', '--from', '50 ms', '--out', 'p.png', '--dark')
    expect(png).toMatchObject({ code: 0, out: 'p.png\n', err: '' })
    expect([...readFileSync(join(folder, 'p.png')).subarray(1, 4)]).toEqual([0x50, 0x4e, 0x47])
    const all = await hillock('plot', 'plot.hlk')
    expect(all.out.trim().split('\n')).toHaveLength(7)
    const svg = await hillock('plot', 'good.yaml', '--short', '--figure', 'multiplexing', '--out', 'm.svg')
    expect(svg.code).toBe(0)
    expect(readFileSync(join(folder, 'm.svg'), 'utf8')).toContain('event rate (ER)')
    expect((await hillock('plot', 'plot.hlk', '--seed', '2')).err).toMatch(/^error: --seed changes a scenario; plot\.hlk is a trace/)
    expect((await hillock('plot', 'plot.hlk', '--out', 'x.pdf')).err).toMatch(/^error: --out x\.pdf: a file that ends in \.svg or \.png/)
    expect((await hillock('plot', 'plot.hlk', '--figure', 'raster', '--of', 'cels', '--out', 'x.svg')).err).toMatch(/unknown population "cels" \(did you mean "cells"\?\)/)
  })

  it('plot compares a measure of several runs', async () => {
    for (const seed of ['1', '2']) await hillock('run', 'trials.yaml', '--epochs', '3', '--seed', seed, '--no-figures', '--out', `t${seed}.hlk`)
    const of = 'train.loss'
    const both = await hillock('plot', 't1.hlk', 't2.hlk', '--of', of, '--name', 'one seed', '--name', 'another', '--out', 'both.svg')
    expect(both).toMatchObject({ code: 0, out: 'both.svg\n', err: '' })
    const svg = readFileSync(join(folder, 'both.svg'), 'utf8')
    for (const text of ['one seed', 'another', 'epoch']) expect(svg).toContain(text)
    expect((await hillock('plot', 't1.hlk', 't2.hlk')).err).toMatch(/--of test\.error is needed/)
    expect((await hillock('plot', 't1.hlk', 'trials.yaml', '--of', of)).err).toMatch(/found trials\.yaml among several; only traces/)
    expect((await hillock('plot', 't1.hlk', 't2.hlk', '--of', of, '--name', 'x')).err).toMatch(/found 1 names for 2 traces/)
  })

  it('help fits a screen, and every command has examples', async () => {
    const { code, out } = await hillock()
    expect(code).toBe(0)
    expect(out.trimEnd().split('\n').length).toBeLessThanOrEqual(30)
    const commands = ['run', 'check', 'explain', 'list', 'info', 'export', 'plot', 'bench']
    const helps = await Promise.all(commands.map((command) => hillock(command, '--help')))
    helps.forEach((help, i) => {
      expect([commands[i], help.code]).toEqual([commands[i], 0])
      expect(help.out).toMatch(/Examples?:\n {2}hillock/)
    })
  })
})

describe('npy', () => {
  it('is what numpy reads', () => {
    let python = ''
    try {
      python = execFileSync('python3', ['-c', 'import numpy; print(numpy.__version__)'], { encoding: 'utf8' })
    } catch {
      return // the bytes are checked above; this reads them with numpy where there is one
    }
    expect(python).not.toBe('')
    writeFileSync(join(folder, 'plain.npy'), npy(Float32Array.of(1, 2, 3, 4, 5, 6.5), [2, 3]))
    const columns = [{ name: 'time_ms', values: Float64Array.of(0.1, 0.2) }, { name: "it's", values: Uint32Array.of(1, 2, 3, 4), width: 2 }, { name: 'kind', values: Uint8Array.of(5, 255) }]
    writeFileSync(join(folder, 'records.npy'), npyRecords(columns, 2))
    writeFileSync(join(folder, 'all.npz'), npz(new Map([['a.b', npy(new Float64Array(0))], ['größe', npy(Uint32Array.of(4294967295))]])))
    const read = `import numpy as n
a = n.load('plain.npy'); r = n.load('records.npy'); z = n.load('all.npz')
print(a.dtype, a.tolist(), r.dtype.names, r.tolist()[1][0], r["it's"].tolist(), r['kind'].tolist(), z['a.b'].shape, z['größe'].tolist())`
    const out = execFileSync('python3', ['-c', read], { cwd: folder, encoding: 'utf8' })
    expect(out.trim()).toBe(`float32 [[1.0, 2.0, 3.0], [4.0, 5.0, 6.5]] ('time_ms', "it's", 'kind') 0.2 [[1, 2], [3, 4]] [5, 255] (0,) [4294967295]`)
  })
})

it('the schema and the drawing agree on what a figure is', () => {
  // by the compiler: neither assignment compiles where a key differs
  const written: Figure = { raster: {} }
  const drawn: FigureSpecification = written
  const back: Figure = drawn
  expect(back).toBe(written)
})
