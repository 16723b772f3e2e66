/** A trace knows its scenario: the run can be repeated from it alone. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readDataFile } from '../../cli/data-files.ts'
import { packagedScenarios, packageRoot } from '../../cli/package.ts'
import { checkOut, comparisonInWords, isTrace, openRepeated, sameBytes } from '../../cli/repeat.ts'
import { bytesSource, openTrace, withScenario } from '../../engine/trace/index.ts'
import { library } from '../../index.ts'
import { scenarioText } from '../../scenarios/from-canonical.ts'
import { type LoadOptions, loadScenario } from '../../scenarios/load.ts'
import { beginRun, runScenario } from '../../scenarios/run.ts'

const under = (folder: string, path: string) => (path.startsWith('/') ? path : join(folder, path))
const load = (text: string, folder: string, more: Partial<LoadOptions> = {}) =>
  loadScenario(text, {
    read: (path) => readFileSync(under(folder, path), 'utf8'),
    readBytes: (path) => readFileSync(under(folder, path)),
    dataFiles: readDataFile,
    models: library,
    ...more,
  })

describe('the canonical scenario', () => {
  const scenarios = [...packagedScenarios()].filter(([name]) => !/mnist|representations|segregated|equilibrium|anchor/.test(name))
  it.each(scenarios)('of %s is read as the scenario it was made from, long and short', (_, file) => {
    const folder = join(packageRoot, 'scenarios')
    for (const short of [false, true]) {
      const { canonical } = loadScenario(readFileSync(file, 'utf8'), {
        file, read: (path) => readFileSync(path, 'utf8'), readBytes: (path) => readFileSync(path), dataFiles: readDataFile, models: library, short,
      })
      expect(load(scenarioText(canonical), folder).canonical).toBe(canonical)
    }
  })

  it('keeps the order of blocks of trials', () => {
    const trials = { blocks: [{ name: 'train', split: 'train' }, { name: 'a_test', split: 'test' }], epochs: 2 }
    const text = scenarioText(JSON.stringify({ populations: {}, trials }))
    expect(text).toBe('{"populations":{},"trials":{"blocks":{"train":{"split":"train"},"a_test":{"split":"test"}},"epochs":2}}')
  })

  it('is needed', () => {
    for (const text of ['', '{}', '[]', 'null', '{"populations":[]}']) expect(() => scenarioText(text)).toThrow('found a trace that says no scenario')
  })
})

describe('a trace', () => {
  let folder: string
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'hillock-repeat-'))))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** A run of a packaged scenario that was changed by hand, as a file. */
  async function written(name: string, options: Partial<LoadOptions>, until = Infinity): Promise<string> {
    const file = join(packageRoot, 'scenarios', `${name}.yaml`)
    const loaded = load(readFileSync(file, 'utf8'), '', { file, ...options })
    const run = await beginRun(loaded)
    run.advance(30)
    const [[port, { to }]] = Object.entries(loaded.scenario.adjust ?? {})
    run.change(port, to)
    run.advance(Math.min(until, run.end))
    const source = run.finish().source()
    const path = join(folder, `${name.replace('/', '-')}-${until}.hlk`)
    writeFileSync(path, source.read(0, source.size))
    return path
  }

  it.each([['plateau-turns-spike-into-burst', {}], ['scale/cuba', { duration: '60 ms' }], ['feedback-alignment-linear', { short: true }], ['superspike-picture', { duration: '100 ms' }]])(
    'of %s, changed by hand where there is something to change, gives the same bytes again',
    async (name, options) => {
      const file = join(packageRoot, 'scenarios', `${name}.yaml`)
      const adjusted = /^adjust:/m.test(readFileSync(file, 'utf8'))
      const path = adjusted ? await written(name, options) : await plain(file, options)
      expect(isTrace(path)).toBe(true)
      const repeated = await openRepeated(path, {})
      expect(repeated.differs).toBe(undefined)
      const result = await runScenario(repeated.loaded)
      expect(sameBytes(repeated, result)).toBe(true)
      expect(comparisonInWords(repeated, result)).toBe(`the same bytes as ${path}`)
      expect(() => checkOut(path, path)).toThrow('this is the trace that is repeated')
    },
  )

  /** A scenario whose pictures lie beside it. */
  async function plain(file: string, options: Partial<LoadOptions>): Promise<string> {
    const result = await runScenario(load(readFileSync(file, 'utf8'), '', { file, ...options }))
    const path = join(folder, 'plain.hlk')
    writeFileSync(path, result.source().read(0, result.trace.bytes))
    return path
  }

  it('that was stopped, cut short or changed is said to differ, and why', async () => {
    const stopped = await written('scale/cuba', { duration: '60 ms' }, 40)
    const differs = async (path: string, options = {}) => {
      const repeated = await openRepeated(path, options)
      const result = await runScenario(repeated.loaded)
      expect(sameBytes(repeated, result)).toBe(false)
      return comparisonInWords(repeated, result).slice(`other bytes than ${path}`.length)
    }
    expect(await differs(stopped)).toBe(': it was stopped at 40 ms')
    expect(await differs(stopped, { seed: '9' })).toBe(': the scenario was changed')
    const bytes = readFileSync(stopped)
    const cut = join(folder, 'cut.hlk')
    writeFileSync(cut, bytes.subarray(0, -30))
    expect(await differs(cut)).toBe(': it is not complete')
  })

  it('of no scenario, or with a scenario that is wrong, is refused', async () => {
    const path = await written('plateau-turns-spike-into-burst', {})
    const bytes = readFileSync(path)
    const other = (scenario: string) => {
      const file = join(folder, 'other.hlk')
      writeFileSync(file, Buffer.concat(withScenario(bytesSource(bytes), scenario)))
      return file
    }
    await expect(openRepeated(other('{"seed":1}'), {})).rejects.toThrow(/other.hlk: found a trace that says no scenario/)
    const { header } = openTrace(bytes)
    await expect(openRepeated(other(header.scenario.replace('naud_sprekeler', 'naud_spreckeler')), {})).rejects.toThrow(/other.hlk.*unknown model "naud_spreckeler" \(did you mean "naud_sprekeler"\?\)/)
    await expect(openRepeated(join(folder, 'none.hlk'), {})).rejects.toThrow(/none.hlk: no such file; a trace .hlk is needed/)
  })
})
