/** Work in slices: between two of them the worker hears what else is asked of it. */

/** Milliseconds of a slice. */
export const sliceTime = 10

/** Resolves after the messages that wait have been heard. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}

/** To be awaited between pieces of work: breathes when a slice is over. */
export function pauses(): () => Promise<void> {
  let deadline = performance.now() + sliceTime
  return async () => {
    if (performance.now() < deadline) return
    await breathe()
    deadline = performance.now() + sliceTime
  }
}
