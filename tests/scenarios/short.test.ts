/** Every scenario that comes with the program: its short form runs and shows what it should; its long form is well formed. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readDataFile } from '../../cli/data-files.ts'
import { buildNetwork } from '../../engine/network.ts'
import { library } from '../../models/index.ts'
import { loadScenario } from '../../scenarios/load.ts'
import { runScenario } from '../../scenarios/run.ts'

const root = new URL('../..', import.meta.url).pathname
const scenarioFiles = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((e) =>
    e.isDirectory() ? scenarioFiles(join(folder, e.name)) : e.name.endsWith('.yaml') ? [join(folder, e.name)] : [],
  )
const files = scenarioFiles(join(root, 'scenarios')).map((f) => relative(root, f))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const readBytes = (path: string) => readFileSync(join(root, path))

describe('every scenario', () => {
  it('is there', () => {
    expect(files.length).toBeGreaterThanOrEqual(10)
  })
  for (const file of files) {
    it(`${file} shows in its short form what it should`, async () => {
      const loaded = loadScenario(read(file), { file, read, readBytes, dataFiles: readDataFile, models: library, short: true })
      const result = await runScenario(loaded)
      expect(result.expectations.length).toBeGreaterThan(0)
      expect(result.expectations.filter((e) => !e.pass).map((e) => `${e.name}: ${e.value}, accepted ${e.accept} ${e.detail ?? ''}`)).toEqual([])
    })
    it(`${file} states source, seed and expectations`, () => {
      const { scenario } = loadScenario(read(file), { file, read, readBytes, dataFiles: readDataFile, models: library })
      expect(scenario.about ?? '').not.toBe('')
      expect(scenario.source ?? '').not.toBe('')
      for (const e of scenario.expect ?? []) expect(e.source ?? '', e.name).not.toBe('')
    })
  }
  it('builds a network in its long form, with parameters that fit', async () => {
    for (const file of files.filter((f) => !f.includes('brunel'))) {
      const loaded = loadScenario(read(file), { file, read, readBytes, dataFiles: readDataFile, models: library })
      await buildNetwork({ ...loaded.description, populations: loaded.description.populations })
    }
  })
})
