/** Calls that may come often, made at most every so many ms; the last one is never lost. */
export function seldom(act: () => void, every: number | (() => number)): { (): void; stop(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  let last = Number.NEGATIVE_INFINITY
  const run = () => {
    timer = undefined
    last = performance.now()
    act()
  }
  const call = () => {
    timer ??= setTimeout(run, Math.max(0, last + (typeof every === 'number' ? every : every()) - performance.now()))
  }
  return Object.assign(call, { stop: () => clearTimeout(timer) })
}
