/**
 * A binary heap of units by the time of their next threshold crossing, on typed arrays. Every unit is in it at most once:
 * a crossing that changes is moved, never left stale.
 */
export interface HeapColumns {
  /** unit -> its time; only meaningful while it is in the heap */
  keys: Float64Array
  /** place -> unit */
  units: Uint32Array
  /** unit -> place, or -1 */
  places: Int32Array
  /** [number of units in the heap] */
  count: Float64Array
}

/** The earliest time, or Infinity. */
export function earliest({ keys, units, count }: HeapColumns): number {
  return count[0] > 0 ? keys[units[0]] : Infinity
}

/** Put `unit` at `key`; Infinity takes it out. */
export function move(heap: HeapColumns, unit: number, key: number): void {
  const { keys, places, count } = heap
  const place = places[unit]
  if (key === Infinity) {
    if (place < 0) return
    const last = --count[0]
    places[unit] = -1
    if (place === last) return
    const moved = heap.units[last]
    heap.units[place] = moved
    places[moved] = place
    if (!up(heap, place)) down(heap, place)
    return
  }
  const before = keys[unit]
  keys[unit] = key
  if (place < 0) {
    const at = count[0]++
    heap.units[at] = unit
    places[unit] = at
    up(heap, at)
  } else if (key < before) up(heap, place)
  else if (key > before) down(heap, place)
}

function up({ keys, units, places }: HeapColumns, place: number): boolean {
  const unit = units[place]
  const key = keys[unit]
  const start = place
  while (place > 0) {
    const parent = (place - 1) >> 1
    const other = units[parent]
    if (!(key < keys[other] || (key === keys[other] && unit < other))) break
    units[place] = other
    places[other] = place
    place = parent
  }
  units[place] = unit
  places[unit] = place
  return place !== start
}

function down({ keys, units, places, count }: HeapColumns, place: number): void {
  const unit = units[place]
  const key = keys[unit]
  const n = count[0]
  for (;;) {
    let child = 2 * place + 1
    if (child >= n) break
    let other = units[child]
    if (child + 1 < n) {
      const right = units[child + 1]
      if (keys[right] < keys[other] || (keys[right] === keys[other] && right < other)) {
        child++
        other = right
      }
    }
    if (!(keys[other] < key || (keys[other] === key && other < unit))) break
    units[place] = other
    places[other] = place
    place = child
  }
  units[place] = unit
  places[unit] = place
}
