/** The order in which connections are counted, whatever the order they were stored in. */

/** Rows by source, then target, then as stored. */
export function bySourceAndTarget({ sources, targets }: { sources: Uint32Array; targets: Uint32Array }): Uint32Array {
  return Uint32Array.from(sources, (_, k) => k).sort((a, b) => sources[a] - sources[b] || targets[a] - targets[b] || a - b)
}
