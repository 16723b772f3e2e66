/** The built program and page, for tests that use them as a user has them: what is missing or older than a source is built first. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

export const root = new URL('..', import.meta.url).pathname.replace(/\/$/, '')
export const main = join(root, 'dist/cli/main.js')

interface Part {
  script: string
  built: string[]
  /** Folders of its sources. */
  rooms: string[]
  sources: RegExp
}

const portable = ['analysis', 'datasets', 'engine', 'figures', 'models', 'plasticity', 'scenarios']
const parts = {
  program: { script: 'build:program', built: ['dist/cli/main.js', 'dist/index.js'], rooms: [...portable, 'bench', 'cli'], sources: /\.ts$/ },
  page: { script: 'build:page', built: ['dist/viewer/index.html'], rooms: [...portable, 'viewer'], sources: /\.(tsx?|css|html|yaml|png)$/ },
} satisfies Record<string, Part>

/**
 * The program, unless more is wanted. Two tests that ask at once build once: the second waits for the first. Throws if the
 * build does not give what is wanted.
 */
export async function build(...wanted: (keyof typeof parts)[]): Promise<void> {
  const lock = join(tmpdir(), `hillock-build-${root.replaceAll('/', '-')}`)
  while (!taken(lock)) await setTimeout(200)
  try {
    for (const name of wanted.length > 0 ? wanted : (['program'] as const)) buildPart(parts[name])
  } finally {
    rmdirSync(lock)
  }
}

function buildPart(part: Part): void {
  if (upToDate(part)) return
  try {
    execFileSync('npm', ['run', '--silent', part.script], { cwd: root })
  } catch (error) {
    // tsc writes the program even where a type is wrong, which is checked elsewhere
    if (!upToDate(part)) throw error
  }
}

/** A folder can be made once only. One that is minutes old was left behind by a test that was killed. */
function taken(lock: string): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch {
    const made = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()
    if (Date.now() - made > 180_000) rmdirSync(lock)
    return false
  }
}

function upToDate({ built, rooms, sources }: Part): boolean {
  const files = built.map((file) => join(root, file))
  if (!files.every((file) => existsSync(file))) return false
  const oldest = Math.min(...files.map((file) => statSync(file).mtimeMs))
  const found = rooms.flatMap((room) => sourcesIn(join(root, room), sources))
  return [join(root, 'index.ts'), ...found].every((file) => statSync(file).mtimeMs < oldest)
}

function sourcesIn(folder: string, sources: RegExp): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && sources.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}
