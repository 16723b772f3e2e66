/** Where this package lies, and the scenarios that come with it. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export const packageRoot = rootAbove(dirname(fileURLToPath(import.meta.url)))
export const packageVersion = (JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }).version

/** This file is cli/package.ts in the sources and dist/cli/package.js when built. */
function rootAbove(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder
  const above = dirname(folder)
  if (above === folder) throw new Error('internal error: the package of this program has no package.json')
  return rootAbove(above)
}

/** Name (`scale/cuba`) -> file, in the order of names. */
export function packagedScenarios(): Map<string, string> {
  const folder = join(packageRoot, 'scenarios')
  if (!existsSync(folder)) return new Map()
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => /^title:/m.test(readFileSync(file, 'utf8')) && /^populations:/m.test(readFileSync(file, 'utf8')))
  const name = (file: string) => relative(folder, file).split(sep).join('/').replace(/\.ya?ml$/, '')
  return new Map(files.map((file): [string, string] => [name(file), file]).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Of the folder the command is given in; `unknown` where there is none. */
export function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return 'unknown'
  }
}
