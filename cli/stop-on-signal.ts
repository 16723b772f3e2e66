/** Ctrl-C and SIGTERM: what was simulated is kept. */

export interface Stop {
  /** A signal has come. */
  asked: boolean
  forget(): void
}

/** The first signal asks the run to end cleanly; the second ends the program as usual. */
export function stopOnSignal(): Stop {
  const signals = ['SIGINT', 'SIGTERM'] as const
  const state: Stop = { asked: false, forget: () => signals.forEach((signal) => void process.off(signal, ask)) }
  function ask(): void {
    state.asked = true
    state.forget()
  }
  for (const signal of signals) process.on(signal, ask)
  return state
}
