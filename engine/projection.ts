/**
 * A projection onto a clocked population: a reader of the source's stream that adds to the target's input when a spike
 * arrives. Connections of the same delay share a cursor; each keeps its rows cut along the partitions of the target.
 */
import { type Connections, sortRow } from './connectivity.ts'
import { assert } from './errors.ts'
import type { Grid } from './grid.ts'
import type { DeliveryKernels, Float, TargetForm } from './kernels/delivery.ts'
import type { Learner } from './learner.ts'
import type { LearningBlock } from './learning.ts'
import type { Column, MemoryPlan } from './memory.ts'
import type { EventStream, Reader } from './stream.ts'
import type { SynapseState } from './synapse.ts'

/** Anything that fills the input of a clocked population, tick by tick. */
export interface ClockedInput {
  readonly name: string
  /** Add everything that arrives at ticks `first` ... `last`, in canonical order. */
  deliver(first: number, last: number): void
  /** The last tick up to which all arrivals are known. */
  known(): number
}

/** The part of a target population whose input fits the nearest caches. */
export interface Partition {
  low: number
  high: number
}

/** Connections to one partition of the target: rows of targets, or a full matrix of weights. */
interface Rows {
  low: number
  high: number
  /** Row s is targets[starts[s]] ... ; undefined for a full matrix. */
  starts: Column<'u32'> | undefined
  targets: Column<'u16' | 'u32'> | undefined
  form: TargetForm
  /** Undefined where all weights are the same. */
  weights: Column<'f32' | 'f64'> | undefined
  /** Numbers in a row of the matrix: targets, rounded up to whole vectors. */
  columns: number
}

export interface DelayClass {
  /** ms, to the soma */
  delay: number
  /** ms, to the synapse */
  axonal: number
  connections: Connections
  /** One for every connection, or one for all. */
  weights: number | Float64Array
  /** Every source reaches every target: weights are kept as a matrix. */
  matrix: boolean
}

/** Where the receptor's input lies: address of the first tick's, and the distance from tick to tick. */
export interface InputPlace {
  address: number
  stride: number
}

/** A matrix whose columns are the rows of this projection, in blocks of columns low ... high - 1. */
export interface TransposedMatrix {
  blocks: MatrixBlock[]
  rows: number
  /** Nothing that has happened is missing in it. */
  settle(): void
  /** The last tick at which it may be read. */
  known(): number
}

export interface MatrixBlock {
  low: number
  high: number
  address: number
  columns: number
}

const entryBytes = 16
const batch = 1024

export interface ProjectionOptions {
  name: string
  source: EventStream
  /** The source's times are ticks; otherwise ms. */
  clockedSource: boolean
  firstSource: number
  lastSource: number
  /** Kinds of event that are sent on. */
  mask: number
  classes: DelayClass[]
  partitions: Partition[]
  float: Float
  grid: Grid
  /** Made for every delay class, so that each sees every spike once. */
  synapse: ((tag: string) => SynapseState) | undefined
  /** Where the weights are, if they are those of another projection the other way round. */
  transposed: (() => TransposedMatrix) | undefined
  /** The rule by which weights change, made of the rows of all delay classes. */
  learn: ((classes: { rows: number; blocks: LearningBlock[] }[]) => Learner) | undefined
  /** Kinds of event that the rule hears; `mask` is what is sent. */
  heard: number
  /** In ticks between clocked populations, else in ms: by so much later than at the synapse a spike is at the soma. */
  dendriticDelay: number
  place: () => InputPlace
  kernels: () => DeliveryKernels
}

export class Projection {
  readonly inputs: ClockedInput[]
  readonly learner: Learner | undefined
  private readonly events: Column<'f64'>
  private readonly rows: { rows: Rows[]; weight: number }[] = []
  private readonly fillLater: (() => void)[] = []
  private readonly sources: number

  constructor(options: ProjectionOptions, plan: MemoryPlan) {
    const { name, classes } = options
    const sources = options.lastSource - options.firstSource + 1
    this.sources = sources
    const tags = classes.map((_, k) => `${name}${classes.length > 1 ? `.${k}` : ''}`)
    this.events = plan.reserve(`projection.${name}.events`, 'f64', 1, 'state')
    for (const [k, c] of classes.entries()) {
      if (options.transposed) {
        this.rows.push({ rows: [], weight: 1 })
        continue
      }
      const rows = options.partitions.map((p, n) => reserve(`projection.${tags[k]}.${n}`, c, p, options.partitions.length === 1, sources, options, plan))
      this.rows.push({ rows, weight: typeof c.weights === 'number' ? c.weights : 1 })
      this.fillLater.push(filling(rows, c, options.partitions))
    }
    this.learner = options.learn?.(this.rows.map(({ rows }) => ({ rows: sources, blocks: rows.map(learningBlock) })))
    this.inputs = classes.map((c, k) => delayClass(tags[k], k, c, this.rows[k].rows, options, options.synapse?.(tags[k]), this.learner, this.events, plan))
  }
  /** Spikes sent on times the length of their rows. */
  get synapticEvents(): number {
    return this.events.view[0]
  }
  /** Copies the connections into the memory, once it is there, and lets go of them. */
  fill(): void {
    for (const work of this.fillLater.splice(0)) work()
  }
  /** The weights as a full matrix, where they are one; each block of columns for itself. */
  get matrix(): MatrixBlock[] {
    return this.rows.flatMap(({ rows }) => rows.flatMap(({ low, high, starts, weights, columns }) => (starts || !weights ? [] : [{ low, high, address: weights.address, columns }])))
  }

  /** The one column of a full matrix. */
  get matrixColumn(): { weights: Column<'f32' | 'f64'>; columns: number } | undefined {
    const [block, ...others] = this.rows.flatMap(({ rows }) => rows)
    if (!block || others.length > 0 || block.starts || !block.weights) return undefined
    return { weights: block.weights as Column<'f32' | 'f64'>, columns: block.columns }
  }

  /** Every connection as it is now, by source and then target. */
  list(firstSource: number, firstTarget: number): { sources: Uint32Array; targets: Uint32Array; weights: Float64Array } {
    const parts = this.rows.flatMap(({ rows, weight }) => rows.map((r) => ({ ...r, weight })))
    const rowOf = ({ starts, low, high, columns }: Rows, s: number) => (starts ? [starts.view[s], starts.view[s + 1]] : [s * columns, s * columns + high - low])
    const sourceCount = this.sources
    let count = 0
    for (let s = 0; s < sourceCount; s++) for (const p of parts) count += rowOf(p, s)[1] - rowOf(p, s)[0]
    const list = { sources: new Uint32Array(count), targets: new Uint32Array(count), weights: new Float64Array(count) }
    let at = 0
    for (let s = 0; s < sourceCount; s++) {
      const begun = at
      for (const p of parts) {
        const [from, to] = rowOf(p, s)
        for (let k = from, before = 0; k < to; k++, at++) {
          const target = p.targets ? p.targets.view[k] + (p.form === 'gaps16' ? before : 0) : k - from
          before = target
          list.targets[at] = firstTarget + p.low + target
          list.weights[at] = p.weights ? p.weights.view[k] : p.weight
        }
      }
      list.sources.fill(firstSource + s, begun, at)
      if (parts.length > 1) sortRow(list.targets.subarray(begun, at), list.weights.subarray(begun, at))
    }
    return list
  }
}

function learningBlock({ low, high, starts, targets, form, weights, columns }: Rows): LearningBlock {
  assert(weights, 'weights that change are kept one by one')
  const rows = starts ? starts.length - 1 : weights.length / columns
  return { low, high, rows, starts, targets, targetBytes: form === 'absolute32' ? 4 : 2, columns, weights: weights as LearningBlock['weights'] }
}

/**
 * Without a delay a tick cannot wait for spikes that come a rounding error after it: times are compared as they are, here and
 * in what is known.
 */
function firstTickFrom(grid: Grid, ms: number): number {
  const k = grid.tickAtOrAfter(ms)
  return grid.time(k) < ms ? k + 1 : k
}
function lastTickUpTo(grid: Grid, ms: number, inclusive: boolean): number {
  const k = grid.lastTick(ms, true)
  return grid.time(k) < ms || (inclusive && grid.time(k) === ms) ? k : k - 1
}

/** What one delay does: a cursor on the source's stream, and everything that arrives sent to the rows. */
function delayClass(
  tag: string,
  index: number,
  { delay, axonal, connections, weights }: DelayClass,
  rows: Rows[],
  { source, clockedSource, firstSource, lastSource, mask, heard, dendriticDelay, float, grid, kernels, place, transposed }: ProjectionOptions,
  synapse: SynapseState | undefined,
  learner: Learner | undefined,
  events: Column<'f64'>,
  plan: MemoryPlan,
): ClockedInput {
  const ticks = clockedSource ? grid.wholeTicks(delay) : 0
  const immediate = !clockedSource && grid.tickAtOrAfter(delay) === 0
  const reader: Reader = source.reader(tag, plan)
  const lengths = Uint32Array.from({ length: connections.starts.length - 1 }, (_, s) => connections.starts[s + 1] - connections.starts[s])
  const entries = plan.reserve(`projection.${tag}.entries`, 'i32', (batch * entryBytes) / 4, 'scratch')
  let scales: Float64Array | undefined
  const uniform = typeof weights === 'number' ? weights : 1
  // a row hears the events of one instant together, and each of its own events for itself
  let instant = 0
  let lastRow = -1
  const send = (count: number) => {
    if (learner) learner.visit(index, entries.address, count, instant, place().address)
    else if (transposed) {
      const { blocks, rows: height, settle } = transposed()
      settle()
      // mostly all columns are in one block
      const step = blocks.length === 1 ? count : 1
      for (let k = 0; k < count; k += step) {
        const column = entries.view[4 * k]
        const { low, address, columns } = blocks.length === 1 ? blocks[0] : (blocks.find((b) => column >= b.low && column < b.high) as MatrixBlock)
        kernels().transposed(entries.address + k * entryBytes, step, address - low * (float === 'f32' ? 4 : 8), columns, height, place().address)
      }
    }
    else sendEntries(entries.address, count, rows, kernels(), place().address, float)
  }
  const arrivalsKnown = clockedSource
    ? () => source.frontierTime + ticks
    : () => {
        const { time, inclusive } = source.frontier
        return immediate ? lastTickUpTo(grid, time, inclusive) : grid.lastTick(time + delay, inclusive)
      }
  return {
    name: tag,
    known: transposed ? () => Math.min(arrivalsKnown(), transposed().known()) : arrivalsKnown,
    deliver: (first, last) => {
      if (reader.position === source.written) return
      const { stride } = place()
      scales ??= new Float64Array(entries.view.buffer as ArrayBuffer, entries.address, (batch * entryBytes) / 8)
      const e = entries.view
      const end = source.written
      let position = reader.position
      let count = 0
      let used = 0
      while (position < end) {
        const time = source.time(position)
        // there is no tick 0: what arrives at time zero acts at the first
        const tick = clockedSource ? time + ticks : Math.max(1, immediate ? firstTickFrom(grid, time) : grid.tickAtOrAfter(time + delay))
        if (tick > last) break
        // the text is made when it is needed: making it costs more than the event
        if (!(tick >= first)) assert(false, `an event of "${tag}" arrives at tick ${tick}, before ${first}`)
        const unit = source.source(position)
        const kind = source.kind(position)
        if ((kind & (mask | heard)) !== 0 && unit >= firstSource && unit <= lastSource) {
          const row = unit - firstSource
          if (learner) {
            const now = clockedSource ? time + ticks - dendriticDelay : grid.snap(time + axonal)
            if (count > 0 && (now !== instant || row === lastRow)) {
              send(count)
              count = 0
            }
            instant = now
            lastRow = row
          }
          const sent = (kind & mask) !== 0
          e[4 * count] = learner ? row | (kind << 24) : row
          e[4 * count + 1] = (tick - first) * stride
          scales[2 * count + 1] = !sent ? 0 : synapse ? uniform * synapse.transmit(row, clockedSource ? grid.time(time) : time) : uniform
          if (sent) used += lengths[row]
          if (++count === batch) {
            send(count)
            count = 0
          }
        }
        position++
      }
      if (count > 0) send(count)
      if (position !== reader.position) reader.position = position
      events.view[0] += used
    },
  }
}

function sendEntries(entries: number, count: number, rows: Rows[], k: DeliveryKernels, address: number, float: Float): void {
  const bytes = float === 'f32' ? 4 : 8
  for (const { low, starts, targets, form, weights, columns } of rows) {
    const input = address + low * bytes
    if (!starts || !targets) {
      if (weights) k.dense(entries, count, weights.address, columns, input)
    } else if (weights) k[`weighted_${form}`](entries, count, starts.address, targets.address, weights.address, input)
    else k[`constant_${form}`](entries, count, starts.address, targets.address, input)
  }
}

function reserve(name: string, { connections, weights, matrix }: DelayClass, { low, high }: Partition, whole: boolean, sources: number, { float, learn }: ProjectionOptions, plan: MemoryPlan): Rows {
  const weighted = typeof weights !== 'number'
  if (matrix) {
    const vector = float === 'f32' ? 4 : 2
    const columns = Math.ceil((high - low) / vector) * vector
    const matrixColumn = plan.reserve(`${name}.weights`, float, sources * columns, 'state') as Rows['weights']
    return { low, high, starts: undefined, targets: undefined, form: 'absolute16', columns, weights: matrixColumn }
  }
  const narrow = high - low <= 65536
  const { length, widest } = whole && narrow ? { length: connections.length, widest: 0 } : cut(connections, low, high)
  const form: TargetForm = narrow ? 'absolute16' : widest <= 65535 && !learn ? 'gaps16' : 'absolute32'
  return {
    low,
    high,
    form,
    starts: plan.reserve(`${name}.starts`, 'u32', sources + 1, 'constant'),
    targets: plan.reserve(`${name}.targets`, form === 'absolute32' ? 'u32' : 'u16', length, 'constant') as Rows['targets'],
    weights: weighted ? (plan.reserve(`${name}.weights`, float, length, 'state') as Rows['weights']) : undefined,
    columns: 0,
  }
}

/** How many connections have their target in low ... high - 1, and the widest gap between two of a row. */
function cut({ starts, targets }: Connections, low: number, high: number): { length: number; widest: number } {
  let length = 0
  let widest = 0
  for (let s = 0; s + 1 < starts.length; s++) {
    let before = low
    for (let k = starts[s]; k < starts[s + 1]; k++) {
      const t = targets[k]
      if (t < low || t >= high) continue
      length++
      widest = Math.max(widest, t - before)
      before = t
    }
  }
  return { length, widest }
}

/** Work that copies the connections of a class; it alone holds on to them, and is forgotten when it is done. */
function filling(rows: Rows[], { connections, weights }: DelayClass, partitions: Partition[]): () => void {
  return () => {
    const { starts } = connections
    const [only] = rows
    if (rows.length === 1 && only.starts && only.targets && only.form === 'absolute16') {
      // all in one place: drawn where they stay
      only.starts.view.set(starts)
      connections.write(only.targets.view)
      only.weights?.view.set(weights as Float64Array)
      return
    }
    const { targets } = connections
    rows.forEach((row, p) => {
      const { low, high } = partitions[p]
      let at = 0
      for (let s = 0; s + 1 < starts.length; s++) {
        if (row.starts) row.starts.view[s] = at
        else at = s * row.columns
        let before = low
        for (let k = starts[s]; k < starts[s + 1]; k++) {
          const t = targets[k]
          if (t < low || t >= high) continue
          if (row.targets) row.targets.view[at] = row.form === 'gaps16' ? t - before : t - low
          before = t
          if (row.weights) row.weights.view[at] = (weights as Float64Array)[k]
          at++
        }
      }
      if (row.starts) row.starts.view[starts.length - 1] = at
    })
  }
}
