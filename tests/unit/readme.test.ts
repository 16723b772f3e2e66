/** README.md: its example runs, its tables name what there is, its links lead somewhere. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readDataFile } from '../../cli/data-files.ts'
import { packagedScenarios } from '../../cli/package.ts'
import { library } from '../../models/index.ts'
import { loadScenario } from '../../scenarios/load.ts'
import { runScenario } from '../../scenarios/run.ts'
import { build, main, root } from '../built.ts'

const page = readFileSync(join(root, 'README.md'), 'utf8')
const about = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
let folder: string

beforeAll(async () => {
  await build()
  folder = mkdtempSync(join(tmpdir(), 'hillock-readme-'))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(root, join(folder, 'node_modules', 'hillock'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Cells of the rows of a table whose first cell matches. */
function rows(first: RegExp): string[][] {
  const table = page.split('\n').filter((line) => line.startsWith('| '))
  return table.map((line) => line.slice(2, -2).split(' | ')).filter(([cell]) => first.test(cell))
}

describe('the example', () => {
  const [, code] = /```ts\n([\s\S]*?)```/.exec(page) ?? []
  const [, printed] = /It prints `(.*?)`/.exec(page) ?? []

  it('prints what the page says, as TypeScript and as JavaScript, with hillock as a dependency', () => {
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(folder, 'example.ts'), code)
    writeFileSync(join(folder, 'example.mjs'), code)
    const compilerOptions = { module: 'nodenext', target: 'es2023', strict: true, skipLibCheck: true, types: [] }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['example.ts'] }))
    // spawnSync, since tsc says what is wrong on stdout
    const checked = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.'], { cwd: folder, encoding: 'utf8' })
    expect(checked.stdout).toBe('')
    for (const file of ['example.js', 'example.mjs']) {
      expect(execFileSync(process.execPath, [file], { cwd: folder, encoding: 'utf8' }).trim()).toBe(printed)
    }
  })
  it('is ten lines', () => {
    expect(code.trim().split('\n').filter((line) => line.trim() !== '})').length).toBeLessThanOrEqual(10)
  })
})

describe('the scenario with trials', () => {
  const [, written] = /```yaml\n(data:[\s\S]*?)```/.exec(page) ?? []
  it('is whole, and runs on a few examples', async () => {
    const short = written.replace(/\{ mnist: .*?\} \}/, '{ mnist_small: { train: 40, test: 20 } }')
    expect(short).not.toBe(written)
    const loaded = loadScenario(`title: digits\ndt: 1 ms\n${short}`, { read: () => '', dataFiles: readDataFile, models: library, epochs: 2 })
    const { trials, expectations } = await runScenario(loaded)
    expect(trials).toEqual({ done: 120, total: 120, epoch: 2, epochs: 2 })
    expect(expectations[0].value).toBeGreaterThan(0)
    expect(expectations[0].value).toBeLessThan(1)
  })
})

describe('the tables', () => {
  it('have every scenario, with its file and its command', () => {
    const listed = rows(/^\[.*\]\(scenarios\//).map(([name, , , command]) => [name, command])
    const there = [...packagedScenarios().keys()].map((name) => [`[${name}](scenarios/${name}.yaml)`, `\`npx hillock run ${name}\``])
    expect(listed.sort()).toEqual(there.sort())
  })
  it('have every command', () => {
    const help = execFileSync(process.execPath, [main, '--help'], { encoding: 'utf8' })
    const [, commands] = /Commands:\n([\s\S]*?)\n\n/.exec(help) ?? []
    const known = [...commands.matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name).filter((name) => name !== 'help')
    expect(rows(/^`hillock/).map(([cell]) => cell.replace(/`hillock (\w+)`/, '$1')).sort()).toEqual(known.sort())
  })
})

describe('the page', () => {
  it('links to files that are there', () => {
    const links = [...page.matchAll(/\]\(([^):]+)\)/g)].map(([, file]) => file)
    const inTour = [...page.matchAll(/`([\w-]+(?:\/[\w.-]+)+\.\w+)`/g)].map(([, file]) => file).filter((file) => !file.startsWith('out/'))
    expect(inTour.length).toBeGreaterThan(10)
    expect([...links, ...inTour].filter((file) => !existsSync(join(root, file)))).toEqual([])
  })
  it('asks for the Node that package.json asks for, and for scripts that are there', () => {
    expect(about.engines.node).toBe('>=20.19')
    expect(page).toContain('Node 20.19 or later')
    expect(about.scripts.start).toContain('burst-multiplexing')
    expect(about.scripts.test).toBeDefined()
  })
  it('has a picture of moderate size', () => {
    const picture = readFileSync(join(root, 'docs/burst-multiplexing.png'))
    expect(picture.subarray(1, 4).toString()).toBe('PNG')
    expect(picture.length).toBeLessThan(300_000)
    expect(picture.readUInt32BE(16)).toBeGreaterThan(900)
  })
})
