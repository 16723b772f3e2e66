/** `hillock reproduce` as a user has it: runs are kept, interrupted, gone on with, adopted, reported. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { build, main } from '../built.ts'
import { exclusiveOr } from '../exclusive-or.ts'

let folder: string
const at = (name: string) => join(folder, name)

function start(...args: string[]) {
  const child = spawn(process.execPath, [main, ...args], { cwd: folder })
  let [out, err] = ['', '']
  child.stdout.on('data', (data) => void (out += data))
  child.stderr.on('data', (data) => void (err += data))
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) => void child.on('close', (code) => resolve({ code, out, err })))
  return { child, ended, said: () => err }
}
const hillock = (...args: string[]) => start(...args).ended

async function until(what: () => boolean): Promise<void> {
  for (let k = 0; k < 1200; k++) {
    if (what()) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error('it did not come')
}

/** Exclusive or by backpropagation. */
const scenario = (epochs: number, more = '') => `title: Exclusive or
about: Four patterns, no set to choose by.
source: this test
seed: 1
dt: 1 ms
${exclusiveOr}trials:
  phases: {forward: {length: 4 ms}, backward: {length: 4 ms}}
  blocks:
    train: {split: train, phases: [forward, backward], shuffle: true, measures: {loss: {squared_error: output.y, at: 'end:forward'}}}
    test: {split: train, phases: [forward], every: 5, measures: {error: {error: output.y, at: 'end:forward'}}}
  epochs: ${epochs}
expect:
  - {name: it learns, metric: {trials: {block: test, measure: error}}, accept: [0, 0], source: "Somebody 1986: 0"}
  - {name: what we take for little, metric: {trials: {block: train, measure: loss}}, accept: [0, 1], source: "ours: below one"}
${more}`
/** Some seconds; long enough to be interrupted. */
const many = 12_000

beforeAll(async () => {
  await build()
  folder = mkdtempSync(join(tmpdir(), 'hillock-reproduce-'))
  const files = {
    'few.yaml': scenario(100),
    'many.yaml': scenario(many),
    'missed.yaml': scenario(20).replace('accept: [0, 0]', 'accept: [2, 3]'),
    'diverges.yaml': scenario(20).replaceAll('eta: 0.3', 'eta: 1e38'),
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(at(name), text)
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('hillock reproduce', () => {
  it('keeps every run and does not run it again, unless asked', async () => {
    const first = await hillock('reproduce', 'few.yaml', '--seeds', '2', '--keep', 'kept')
    expect(first.code).toBe(0)
    expect(first.err).toContain('2 runs to do\n')
    expect(first.err).toMatch(/few +seed 2 +480 trials in 100 epochs/)
    expect(first.out).toContain('| figure or claim | published | ours | holds | seeds | time | command |')
    expect(first.out).toMatch(/\| Exclusive or: it learns \| Somebody 1986: 0 \| 0 \| yes \| 1, 2 \| [\d.]+ s \| `npx hillock run few.yaml` \|/)
    // bounds of our own are no claim of anybody
    expect(first.out).not.toContain('Exclusive or: what we take for little')
    expect(first.out).toMatch(/\| what we take for little \| ours: below one \| 0 to 1 \| [^|]+ \| yes \|/)
    expect(first.out).toContain('\nFour patterns, no set to choose by.\n')
    const written = ['few-1.hlk', 'few-2.hlk'].map((f) => statSync(at(`kept/${f}`)).mtimeMs)

    const second = await hillock('reproduce', 'few.yaml', '--seeds', '2', '--keep', 'kept')
    expect(second).toMatchObject({ code: 0, err: '0 runs to do, 2 kept in kept\n', out: first.out })
    expect(['few-1.hlk', 'few-2.hlk'].map((f) => statSync(at(`kept/${f}`)).mtimeMs)).toEqual(written)

    const again = await hillock('reproduce', 'few.yaml', '--seeds', '5', '--seeds', 'few=1', '--keep', 'kept', '--again')
    expect(again).toMatchObject({ code: 0, err: expect.stringContaining('1 run to do\n') })
    expect(statSync(at('kept/few-1.hlk')).mtimeMs).toBeGreaterThan(written[0])
    expect(statSync(at('kept/few-2.hlk')).mtimeMs).toBe(written[1])
  })
  it('does not write over what is kept of another version of the scenario', async () => {
    await hillock('run', 'few.yaml', '--epochs', '7', '--no-figures', '--out', 'other/few-1.hlk')
    const before = readFileSync(at('other/few-1.hlk'))
    const refused = await hillock('reproduce', 'few.yaml', '--seeds', '1', '--keep', 'other')
    expect(refused).toMatchObject({ code: 2, err: 'error: other/few-1.hlk: it is of another scenario, seed or setting; --again runs it anew, another --keep leaves it there\n' })
    const reported = await hillock('reproduce', 'few.yaml', '--seeds', '1', '--keep', 'other', '--report')
    expect(reported).toMatchObject({ code: 1, out: expect.stringContaining('seed 1 is left out: it is of another scenario, seed or setting.') })
    expect(readFileSync(at('other/few-1.hlk')).equals(before)).toBe(true)
    expect((await hillock('reproduce', 'few.yaml', '--seeds', '1', '--keep', 'other', '--again')).code).toBe(0)
  })
  it('goes on after Ctrl-C, bit for bit, and reports what is there', async () => {
    const { child, ended, said } = start('reproduce', 'many.yaml', '--seeds', '2', '--keep', 'stopped')
    // it is under way when its head and a second of reports are on the disk
    await until(() => said().includes('run 1 of 2') && existsSync(at('stopped/many-1.hlk')) && statSync(at('stopped/many-1.hlk')).size > 20_000)
    child.kill('SIGINT')
    const stopped = await ended
    expect(stopped.code).toBe(130)
    expect(existsSync(at('stopped/many-1.hlk.checkpoint'))).toBe(true)
    expect(existsSync(at('stopped/many-2.hlk'))).toBe(false)
    const told = /\| Exclusive or: it learns \| Somebody 1986: 0 \| [\d.]+, not final: seed 1, epoch (\d+) of 12000 \| not final \| 1 \(epoch \1 of 12000\) \|/
    expect(stopped.out).toMatch(told)
    const epoch = Number(told.exec(stopped.out)?.[1])
    expect(epoch).toBeGreaterThan(0)
    expect(epoch).toBeLessThan(many)
    const reported = await hillock('reproduce', 'many.yaml', '--seeds', '2', '--keep', 'stopped', '--report')
    expect(reported).toMatchObject({ code: 1, err: '' })
    expect(Number(told.exec(reported.out)?.[1])).toBe(epoch)

    const resumed = await hillock('reproduce', 'many.yaml', '--seeds', '1', '--keep', 'stopped')
    expect(resumed.err).toMatch(/many +seed 1 +[\d,]+ trials in 12,000 epochs +goes on after [\d.]+ s/)
    expect(resumed.code).toBe(0)
    expect(resumed.out).toMatch(/\| Exclusive or: it learns \| Somebody 1986: 0 \| 0 \| yes \| 1 \|/)
    await hillock('run', 'many.yaml', '--no-figures', '--out', 'whole.hlk')
    expect(readFileSync(at('stopped/many-1.hlk')).equals(readFileSync(at('whole.hlk')))).toBe(true)
  })
  it('adopts a run that hillock run began, and that was killed', async () => {
    const { child, ended } = start('run', 'many.yaml', '--no-figures', '--out', 'adopted/many-1.hlk', '--checkpoint-every', '1 epoch')
    await until(() => existsSync(at('adopted/many-1.hlk.checkpoint')) && statSync(at('adopted/many-1.hlk')).size > 20_000)
    child.kill('SIGKILL')
    await ended
    const reported = await hillock('reproduce', 'many.yaml', '--keep', 'adopted', '--report')
    expect(reported.code).toBe(1)
    expect(reported.out).toMatch(/not final: seed 1, epoch \d+ of 12000 \| not final \| 1 \(epoch \d+ of 12000\) \| an unknown time \|/)
    const adopted = await hillock('reproduce', 'many.yaml', '--seeds', '1', '--keep', 'adopted')
    expect(adopted.err).toMatch(/goes on after [\d.]+ m?s\n/)
    expect(adopted.code).toBe(0)
    expect(adopted.out).toMatch(/\| yes \| 1 \| more than [\d.]+ s \|/)
    await hillock('run', 'many.yaml', '--no-figures', '--out', 'whole.hlk')
    expect(readFileSync(at('adopted/many-1.hlk')).equals(readFileSync(at('whole.hlk')))).toBe(true)
  })
  it('ends with 1 where something does not hold, and with 3 where a run failed, the others told', async () => {
    const missed = await hillock('reproduce', 'missed.yaml', '--seeds', '1', '--keep', 'missed')
    expect(missed).toMatchObject({ code: 1, out: expect.stringMatching(/\| Exclusive or: it learns \| .* \| 0 of 1 seeds \|/) })
    const failed = await hillock('reproduce', 'diverges.yaml', 'few.yaml', '--seeds', '1', '--keep', 'failed')
    expect(failed.code).toBe(3)
    expect(failed.out).toMatch(/seed 1 failed: training fails in epoch 1, at trial \d+: /)
    expect(failed.out).toMatch(/\| Exclusive or: it learns \| Somebody 1986: 0 \| 0 \| yes \|/)
  })
  it('says what is wrong with its options', async () => {
    const message = async (...args: string[]) => {
      const { code, err } = await hillock('reproduce', 'few.yaml', ...args)
      expect(code).toBe(2)
      return err
    }
    expect(await message('--seeds', '0')).toBe('error: --seeds: found "0"; a whole number above zero, or a scenario and how many such as few=1 (0 leaves it out), is needed\n')
    expect(await message('--seeds', 'fw=2')).toMatch(/^error: --seeds: unknown scenario "fw"/)
    expect(await message('--report', '--again')).toBe('error: found --report with --again; --report runs nothing\n')
    const none = await hillock('reproduce', 'few.yaml', '--keep', 'nowhere', '--report')
    expect(none).toMatchObject({ code: 0, out: expect.stringContaining('Not run: few.') })
  })
})
