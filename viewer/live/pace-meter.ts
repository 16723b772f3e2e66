/** How fast a run goes: simulated ms a second of wall time, over about the last two seconds in which it ran. */
export interface PaceMeter {
  hear(simulated: number, wall: number): void
  /** ms a second; 0 before the first slice. */
  pace(): number
}

/** ms on the wall after which what was heard counts half. */
const halfLife = 1000

export function paceMeter(): PaceMeter {
  let [simulated, wall] = [0, 0]
  return {
    hear(ms, spent) {
      const keep = 0.5 ** (spent / halfLife)
      simulated = simulated * keep + ms
      wall = wall * keep + spent
    },
    pace: () => (wall > 0 ? (simulated / wall) * 1000 : 0),
  }
}
