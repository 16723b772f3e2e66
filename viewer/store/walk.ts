/**
 * One walk over the rows of a trace for all who go through them: the background that reads them first, and answers that look at every row
 * of a window. A segment that is fetched is shown to everybody who stands at it, and whoever is a little ahead waits for those behind, so
 * that a trace larger than memory is read once for all of them and not once for each.
 */
import { breathe, sliceTime } from './breathe.ts'
import type { HeldTrace } from './held-trace.ts'
import { addCumulative, takeRows } from './population-index.ts'
import type { EventColumns, TraceStore } from './trace-store.ts'

export type Walked = Pick<HeldTrace, 'store' | 'indexes'>

/** Wants segments [segment, end) of a population. */
interface Walker {
  population: number
  segment: number
  end: number
}
interface Visitor extends Walker {
  /** False: it has seen enough. */
  visit(columns: EventColumns, segment: number): boolean
  resolve(): void
  reject(error: unknown): void
}

/** Of each trace that somebody goes through. */
interface Walk {
  visitors: Set<Visitor>
  turns: number
  going: boolean
}

const walks = new WeakMap<TraceStore, Walk>()

function walkOf(store: TraceStore): Walk {
  let walk = walks.get(store)
  if (!walk) walks.set(store, (walk = { visitors: new Set(), turns: 0, going: false }))
  return walk
}

/** Show segments [segment, end) to `visit`, in order, those that are damaged left out. */
export function visitSegments(walked: Walked, population: number, segment: number, end: number, visit: Visitor['visit']): Promise<void> {
  if (segment >= end) return Promise.resolve()
  return new Promise((resolve, reject) => {
    walkOf(walked.store).visitors.add({ population, segment, end, visit, resolve, reject })
    void goThrough(walked)
  })
}

async function goThrough(walked: Walked): Promise<void> {
  const walk = walkOf(walked.store)
  if (walk.going) return
  walk.going = true
  try {
    while (walk.visitors.size > 0) {
      readSlice(walked)
      if (walk.visitors.size > 0) await breathe()
    }
  } catch (error) {
    for (const { reject } of walk.visitors) reject(error)
    walk.visitors.clear()
  }
  walk.going = false
}

/** Steps for as long as a slice lasts. False if there is nothing more to do. */
export function readSlice(walked: Walked): boolean {
  const deadline = performance.now() + sliceTime
  let more = readMore(walked)
  while (more && performance.now() < deadline) more = readMore(walked)
  return more
}

/** Take one more segment, for all who stand at it. False if there was nothing to do. */
export function readMore({ store, indexes }: Walked): boolean {
  const walk = walkOf(store)
  const readers = unread({ store, indexes })
  const [reader] = readers
  const all = [...readers, ...walk.visitors]
  const turns = [...(reader ? [reader] : []), ...walk.visitors].filter((walker) => !all.some((other) => waitsFor(store, walker, other)))
  if (turns.length === 0) return finish({ store, indexes })
  const { population, segment } = turns[walk.turns++ % turns.length]
  const columns = store.columns(population, segment)
  if (readers.some((r) => r.population === population && r.segment === segment)) {
    const segments = store.segments(population)
    // the last segment of a run that goes on may grow
    takeRows(indexes[population], columns, segments[segment].count, !store.live || segment < segments.length - 1)
  }
  for (const visitor of walk.visitors) if (visitor.population === population && visitor.segment === segment) show(visitor, columns, walk)
  return true
}

/** Where rows have not been counted and classified: of each population the segment, the earliest first. */
function unread({ store, indexes }: Walked): Walker[] {
  const walkers = indexes.flatMap(({ classified: { segment, row } }, population): Walker[] => {
    const segments = store.segments(population)
    return segments[segment] && segments[segment].count > row ? [{ population, segment, end: segments.length }] : []
  })
  const last = ({ population, segment }: Walker) => store.segments(population)[segment].last
  return walkers.sort((a, b) => last(a) - last(b))
}

/** If the other will come by, and is behind by less than is still to be gone together: in time, since populations share pieces of the file. */
function waitsFor(store: TraceStore, walker: Walker, other: Walker): boolean {
  const [own, others] = [store.segments(walker.population), store.segments(other.population)]
  const here = own[walker.segment].last
  const behind = here - others[other.segment].last
  // at the same time: as they stand in the file
  const isBehind = behind > 0 || (behind === 0 && other.population < walker.population)
  return isBehind && others[other.end - 1].last >= here && behind <= own[walker.end - 1].last - here
}

function show(visitor: Visitor, columns: EventColumns | undefined, { visitors }: Walk): void {
  try {
    const goesOn = !columns || visitor.visit(columns, visitor.segment)
    if (goesOn && ++visitor.segment < visitor.end) return
    visitor.resolve()
  } catch (error) {
    visitor.reject(error)
  }
  visitors.delete(visitor)
}

/** The last thing to do when all has been read. */
function finish({ store, indexes }: Walked): boolean {
  if (store.live) return false
  const without = indexes.find((index) => !index.cumulative && index.classes.length > 0)
  if (!without) return false
  addCumulative(without)
  return true
}
