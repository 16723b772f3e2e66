/** The built program, for tests that use it as a user has it: dist/ is built first if it is missing or older than a source. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

export const root = new URL('..', import.meta.url).pathname.replace(/\/$/, '')
export const main = join(root, 'dist/cli/main.js')
const rooms = ['analysis', 'bench', 'cli', 'engine', 'figures', 'models', 'plasticity', 'scenarios']

/** Two tests that ask at once build once: the second waits for the first. Throws if the build gives no program. */
export async function build(): Promise<void> {
  const lock = join(tmpdir(), `hillock-build-${root.replaceAll('/', '-')}`)
  while (!taken(lock)) await setTimeout(200)
  try {
    if (upToDate()) return
    execFileSync('npm', ['run', '--silent', 'build'], { cwd: root })
  } catch (error) {
    // tsc writes the program even where a type is wrong, which is checked elsewhere
    if (!upToDate()) throw error
  } finally {
    rmdirSync(lock)
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

function upToDate(): boolean {
  const built = [main, join(root, 'dist/index.js')]
  if (!built.every((file) => existsSync(file))) return false
  const oldest = Math.min(...built.map((file) => statSync(file).mtimeMs))
  const sources = rooms.flatMap((room) => sourcesIn(join(root, room)))
  return [join(root, 'index.ts'), ...sources].every((file) => statSync(file).mtimeMs < oldest)
}

function sourcesIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
}
