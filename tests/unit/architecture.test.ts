/**
 * Who may know whom: the rooms of the house and what each may import, as DESIGN.md says. And what no room may do whose
 * numbers reach the state of a simulation: use the host's transcendental functions, which differ from engine to engine.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = new URL('../..', import.meta.url).pathname
const rooms = ['engine', 'models', 'plasticity', 'scenarios', 'figures', 'analysis', 'datasets', 'cli', 'viewer', 'bench']

/** room -> rooms it may import; kernels are a room of their own inside the engine. */
const allowed: Record<string, string[]> = {
  'engine/kernels': ['engine/kernels'],
  engine: ['engine', 'engine/kernels', 'engine/trace', 'engine/equations'],
  models: ['models', 'engine'],
  plasticity: ['plasticity', 'engine'],
  analysis: ['analysis'],
  datasets: ['datasets', 'engine'],
  scenarios: ['scenarios', 'engine', 'models', 'plasticity', 'analysis', 'datasets'],
  figures: ['figures', 'analysis'],
  cli: ['cli', 'scenarios', 'engine', 'models', 'plasticity', 'analysis', 'datasets', 'figures', 'bench'],
  bench: ['bench', 'engine', 'models', 'plasticity', 'scenarios', 'analysis'],
  viewer: ['viewer', 'analysis', 'figures'],
}

/** Single imports that break the table, each with its reason. */
const debts: Record<string, string> = {
  'engine/kernels/poisson.ts -> engine/equations/lanes.ts': 'the kernel is written with the lane writer of the compiler',
  'engine/kernels/poisson.ts -> engine/equations/lane-functions.ts': 'one Philox for compiled equations and for this kernel',
  'engine/kernels/adjoint-filters.ts -> engine/equations/lanes.ts': 'the kernel is written with the lane writer of the compiler',
  'plasticity/superspike-adjoint.ts -> engine/kernels/adjoint-filters.ts': 'a rule in TypeScript brings its own kernel',
  'engine/kernels/exponential-crossing.ts -> engine/elementary.ts': 'exp and log whose bits do not depend on the host',
  'models/neurons/lif-exponential.ts -> engine/kernels/exponential-crossing.ts': 'closed forms call the solver for every event',
  'models/neurons/lif-psp.ts -> engine/kernels/exponential-crossing.ts': 'closed forms call the solver for every event',
  'models/neurons/superspike.ts -> engine/kernels/exponential-crossing.ts': 'closed forms call the solver for every event',
  'viewer/vite.config.ts -> cli/gallery-files.ts': 'the build runs in Node, and puts the scenarios beside the page',
  'viewer/vite.config.ts -> cli/page-headers.ts': 'the server of development sends the headers of hillock view',
}

/** Files of the engine that figures and the viewer may read: plain data, the trace, pure functions of time. */
const open = ['engine/trace/', 'engine/description.ts', 'engine/errors.ts', 'engine/units.ts', 'engine/unit-ranges.ts', 'engine/waveforms.ts', 'engine/elementary.ts', 'engine/model.ts', 'engine/formulas.ts']

function filesOf(room: string): string[] {
  const walk = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((e) =>
      e.isDirectory() ? walk(join(folder, e.name)) : /\.tsx?$/.test(e.name) ? [join(folder, e.name)] : [],
    )
  return walk(join(root, room)).map((f) => relative(root, f))
}

function roomOf(file: string): string {
  return file.startsWith('engine/kernels/') ? 'engine/kernels' : file.split('/')[0]
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((m) => m[1])
}

const files = rooms.flatMap(filesOf)

describe('the rooms', () => {
  it('import only what the table allows', () => {
    const broken: string[] = []
    for (const file of files) {
      const room = roomOf(file)
      for (const path of importsOf(file).filter((p) => p.startsWith('.'))) {
        const target = relative(root, join(root, dirname(file), path))
        const to = roomOf(target)
        const seen = (room === 'figures' || room === 'viewer') && open.some((o) => target.startsWith(o))
        const worker = file === 'viewer/worker.ts' && ['engine', 'scenarios', 'models'].includes(to)
        const ok = allowed[room].includes(to) || seen || worker || `${file} -> ${target}` in debts
        if (!ok) broken.push(`${file} imports ${target}`)
      }
    }
    expect(broken).toEqual([])
  })

  it('that run in a browser import nothing of node', () => {
    const portable = files.filter((f) => !['cli', 'bench'].includes(roomOf(f)))
    expect(portable.filter((f) => importsOf(f).some((i) => i.startsWith('node:')))).toEqual([])
  })

  it('that reach the state use no transcendental function of the host', () => {
    const strict = files.filter((f) => ['engine', 'engine/kernels', 'models', 'plasticity', 'datasets', 'scenarios'].includes(roomOf(f)))
    const host = /Math\.(exp|expm1|log|log1p|log2|log10|pow|sin|cos|tan|sinh|cosh|tanh|asin|acos|atan|atan2|cbrt|hypot)\b/
    const found = strict.flatMap((f) => {
      const code = readFileSync(join(root, f), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*/g, '')
      return code.split('\n').filter((line) => host.test(line)).map((line) => `${f}: ${line.trim()}`)
    })
    // powers of ten and of two found by rounding a logarithm: off by less than the rounding forgives
    expect(found.filter((line) => !/Math\.(round|ceil)\(Math\.log(2|10)\(/.test(line))).toEqual([])
  })

  it('keep their debts: every exception is still needed', () => {
    const used = new Set(files.flatMap((f) => importsOf(f).filter((p) => p.startsWith('.')).map((p) => `${f} -> ${relative(root, join(root, dirname(f), p))}`)))
    expect(Object.keys(debts).filter((d) => !used.has(d))).toEqual([])
  })
})
