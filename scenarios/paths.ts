/** Paths with forward slashes, for files named by other files: nothing here touches a disk. */

/** The text of a file; throws if there is none. `path` is already relative to where the first file was named from. */
export type FileReader = (path: string) => string

/** The bytes of a file that is no text; throws if there is none. */
export type BytesReader = (path: string) => Uint8Array

/** `path` as seen from the file `base`: ('a/b.yaml', '../c.yaml') is 'c.yaml'. An absolute path stays as it is. */
export function pathFrom(base: string | undefined, path: string): string {
  const folder = base?.includes('/') ? base.slice(0, base.lastIndexOf('/') + 1) : ''
  return tidy(path.startsWith('/') ? path : folder + path)
}

/** Without '.', empty parts and the '..' that can be resolved: 'a/./b/../c' is 'a/c'. */
export function tidy(path: string): string {
  const parts: string[] = []
  const absolute = path.startsWith('/')
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && parts.length > 0 && parts[parts.length - 1] !== '..') parts.pop()
    else if (part !== '..' || !absolute) parts.push(part)
  }
  return (absolute ? '/' : '') + parts.join('/')
}

/** 'a/b.yaml' -> '.yaml', in lower case; '' if the name has none. */
export function extension(path: string): string {
  return /[^/](\.[^./]+)$/.exec(path)?.[1].toLowerCase() ?? ''
}
