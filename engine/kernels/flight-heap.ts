/**
 * Spikes in flight along rows whose connections have delays of their own. A row is sorted by delay, and a spike holds one
 * place in a binary heap, with the time of its next arrival; equal times are ordered by connection.
 */
export interface FlightColumns {
  /** Next arrival (ms). */
  times: Float64Array
  /** When the spike left (ms). */
  starts: Float64Array
  /** Connection of the next arrival, and the end of the row. */
  positions: Uint32Array
  ends: Uint32Array
  /** [number of spikes in flight] */
  count: Float64Array
}

export function push(f: FlightColumns, time: number, start: number, position: number, end: number): void {
  let place = f.count[0]++
  while (place > 0) {
    const parent = (place - 1) >> 1
    if (!(time < f.times[parent] || (time === f.times[parent] && position < f.positions[parent]))) break
    copy(f, parent, place)
    place = parent
  }
  set(f, place, time, start, position, end)
}

/** The first spike goes on to its next connection; `delays` tells when it gets there. After the last it leaves the heap. */
export function advance(f: FlightColumns, delays: Float64Array): void {
  let start = f.starts[0]
  let position = f.positions[0] + 1
  let end = f.ends[0]
  let time: number
  if (position < end) time = start + delays[position]
  else {
    const last = --f.count[0]
    if (last === 0) return
    start = f.starts[last]
    position = f.positions[last]
    end = f.ends[last]
    time = f.times[last]
  }
  const n = f.count[0]
  let place = 0
  for (;;) {
    let child = 2 * place + 1
    if (child >= n) break
    if (child + 1 < n && before(f, child + 1, child)) child++
    if (!(f.times[child] < time || (f.times[child] === time && f.positions[child] < position))) break
    copy(f, child, place)
    place = child
  }
  set(f, place, time, start, position, end)
}

/** In ascending order, which is a heap too, and nothing left behind it: the same bytes for the same spikes. */
export function sort(f: FlightColumns): void {
  const n = f.count[0]
  const order = Array.from({ length: n }, (_, k) => k).sort((a, b) => f.times[a] - f.times[b] || f.positions[a] - f.positions[b])
  for (const column of [f.times, f.starts, f.positions, f.ends]) {
    const sorted = order.map((k) => column[k])
    column.fill(0)
    column.set(sorted)
  }
}

function before(f: FlightColumns, a: number, b: number): boolean {
  return f.times[a] < f.times[b] || (f.times[a] === f.times[b] && f.positions[a] < f.positions[b])
}
function copy(f: FlightColumns, from: number, to: number): void {
  f.times[to] = f.times[from]
  f.starts[to] = f.starts[from]
  f.positions[to] = f.positions[from]
  f.ends[to] = f.ends[from]
}
function set(f: FlightColumns, place: number, time: number, start: number, position: number, end: number): void {
  f.times[place] = time
  f.starts[place] = start
  f.positions[place] = position
  f.ends[place] = end
}
