/** How a command ends: exit codes, and the one line that says what went wrong. */
import { InputError, RunError } from '../engine/errors.ts'

/** Documented in `hillock --help`. 130 is what shells report for Ctrl-C. */
export const exitCodes = { ok: 0, unexpected: 1, input: 2, failed: 3, stopped: 130 } as const

/** The machine refused: a full disk, a folder that may not be written. Not a mistake in the scenario. */
export class FileFailure extends Error {
  override name = 'FileFailure'
}

const reasons: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is no folder',
  ENOENT: 'no such file',
  EEXIST: 'a part of the path is no folder',
}

/** What the system says about a file, in words. */
export function fileReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return (code && reasons[code]) ?? message ?? String(error)
}

/** Run `work` on a file that is to be written; what the system refuses is a `FileFailure`. */
export function writing<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    throw new FileFailure(`cannot write ${file}: ${fileReason(error)}`)
  }
}

/** Say what went wrong in one line on stderr; the exit code for it. */
export function fail(error: unknown): number {
  const oneLine = (text: string) => text.replace(/\s*\n\s*/g, ' ')
  if (error instanceof InputError) {
    process.stderr.write(`error: ${oneLine(error.message)}\n`)
    return exitCodes.input
  }
  if (error instanceof RunError || error instanceof FileFailure) {
    process.stderr.write(`error: ${oneLine(error.message)}\n`)
    return exitCodes.failed
  }
  const { message, stack } = error as Error
  process.stderr.write(`error: ${oneLine(message ?? String(error))}\n`)
  if (process.env.HILLOCK_DEBUG) process.stderr.write(`${stack}\n`)
  else process.stderr.write('this is a bug in Hillock, or in a model file; HILLOCK_DEBUG=1 shows where\n')
  return exitCodes.failed
}
