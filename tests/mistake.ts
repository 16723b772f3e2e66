import { InputError } from '../engine/errors.ts'

/** What is said of the mistake that `work` ends with; anything but a user's mistake fails the test. */
export function mistake(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof InputError) return error.message
    throw error
  }
  throw new Error('no mistake was found')
}
