/**
 * Spikes in flight along rows whose connections have delays of their own. A row is sorted by delay, and a spike holds one
 * place in a heap with four children a node, with the time of its next arrival; equal times are ordered by connection.
 * The heap holds only times and slots; what else a spike has lies still in its slot, so that little is moved.
 */
export interface FlightColumns {
  /** place -> next arrival (ms) */
  times: Float64Array
  /** place -> slot; behind the heap's end: slots that are free again */
  slots: Uint32Array
  /** slot -> when the spike left (ms) */
  starts: Float64Array
  /** slot -> connection of the next arrival, and the end of the row */
  positions: Uint32Array
  ends: Uint32Array
  /** [number of spikes in flight, number of slots ever used] */
  count: Float64Array
}

/** Connection of the earliest arrival, which is at times[0]. */
export function firstPosition(f: FlightColumns): number {
  return f.positions[f.slots[0]]
}

export function push(f: FlightColumns, time: number, start: number, position: number, end: number): void {
  const { times, slots, positions } = f
  let place = f.count[0]++
  if (place === f.count[1]) slots[f.count[1]++] = place
  const slot = slots[place]
  f.starts[slot] = start
  positions[slot] = position
  f.ends[slot] = end
  while (place > 0) {
    const parent = (place - 1) >> 2
    if (!(time < times[parent] || (time === times[parent] && position < positions[slots[parent]]))) break
    times[place] = times[parent]
    slots[place] = slots[parent]
    place = parent
  }
  times[place] = time
  slots[place] = slot
}

/** The first spike goes on to its next connection; `delays` tells when it gets there. After the last it leaves the heap. */
export function advance(f: FlightColumns, delays: Float64Array): void {
  const { times, slots, positions } = f
  let slot = slots[0]
  let time: number
  let n = f.count[0]
  const next = positions[slot] + 1
  if (next < f.ends[slot]) {
    positions[slot] = next
    time = f.starts[slot] + delays[next]
  } else {
    n--
    f.count[0] = n
    const free = slot
    slot = slots[n]
    time = times[n]
    slots[n] = free
    if (n === 0) return
  }
  let place = 0
  for (;;) {
    const first = 4 * place + 1
    if (first >= n) break
    let child = first
    let earliest = times[first]
    const end = first + 4 < n ? first + 4 : n
    for (let k = first + 1; k < end; k++) {
      const other = times[k]
      if (other < earliest || (other === earliest && positions[slots[k]] < positions[slots[child]])) {
        earliest = other
        child = k
      }
    }
    if (!(earliest < time || (earliest === time && positions[slots[child]] < positions[slot]))) break
    times[place] = earliest
    slots[place] = slots[child]
    place = child
  }
  times[place] = time
  slots[place] = slot
}
