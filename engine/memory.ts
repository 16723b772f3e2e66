/**
 * The network is one block of memory: every column of every population, projection and stream, in three segments.
 *
 *   constant   indices, parameters, weights that do not change: made when the network is built
 *   state      all that changes while it runs and must be kept: a checkpoint is a copy of this segment
 *   scratch    results of the moment, rebuilt at every window
 *
 * Columns are reserved first and get their addresses together, in the order of their names, so that the order in which
 * things are declared changes no byte. The block never grows: growing would detach every view.
 */
import { assert, InputError } from './errors.ts'

const arrays = { f32: Float32Array, f64: Float64Array, i32: Int32Array, u32: Uint32Array, u16: Uint16Array, u8: Uint8Array }
export type ElementType = keyof typeof arrays
export type Segment = 'constant' | 'state' | 'scratch'
type View<T extends ElementType> = InstanceType<(typeof arrays)[T]>

export interface Column<T extends ElementType = ElementType> {
  readonly name: string
  readonly segment: Segment
  readonly type: T
  readonly length: number
  /** Byte address, once the memory has been built. */
  address: number
  view: View<T>
}

const segments: Segment[] = ['constant', 'state', 'scratch']
/** A cache line: columns of different populations never share one. */
const alignment = 64
const pageSize = 65536
const largest = 2 ** 32

export class MemoryPlan {
  private readonly columns: Column[] = []
  private readonly taken = new Set<string>()

  reserve<T extends ElementType>(name: string, type: T, length: number, segment: Segment): Column<T> {
    assert(!this.taken.has(name), `the column "${name}" is reserved twice`)
    assert(Number.isInteger(length) && length >= 0, `the column "${name}" has length ${length}`)
    this.taken.add(name)
    const column: Column<T> = { name, segment, type, length, address: -1, view: undefined as unknown as View<T> }
    this.columns.push(column as unknown as Column)
    return column
  }

  /** Bytes each segment will take. */
  sizes(): Record<Segment, number> {
    const sizes = { constant: 0, state: 0, scratch: 0 }
    for (const c of this.columns) sizes[c.segment] += padded(c)
    return sizes
  }

  build(options: { shared?: boolean } = {}): NetworkMemory {
    // the first bytes stay empty, so that address 0 means nothing
    let address = alignment
    const bounds = {} as Record<Segment, [number, number]>
    const ordered = segments.flatMap((segment) => {
      const inside = this.columns.filter((c) => c.segment === segment).sort((a, b) => (a.name < b.name ? -1 : 1))
      const start = address
      for (const c of inside) {
        c.address = address
        address += padded(c)
      }
      bounds[segment] = [start, address]
      return inside
    })
    const pages = Math.ceil(address / pageSize)
    if (address > largest) {
      throw new InputError(`the network needs ${(address / 1e9).toFixed(1)} GB; 4.3 GB is the most that one memory holds`)
    }
    let memory: WebAssembly.Memory
    try {
      memory = new WebAssembly.Memory({ initial: pages, maximum: options.shared ? 65536 : pages, shared: options.shared ?? false })
    } catch {
      throw new InputError(`the network needs ${(address / 1e6).toFixed(0)} MB, which this machine does not give`)
    }
    for (const c of ordered) {
      const mutable = c as { view: unknown }
      mutable.view = new arrays[c.type](memory.buffer as ArrayBuffer, c.address, c.length)
    }
    return new NetworkMemory(memory, bounds, ordered, options.shared ?? false)
  }
}

export class NetworkMemory {
  readonly memory: WebAssembly.Memory
  readonly shared: boolean
  readonly columns: readonly Column[]
  private readonly bounds: Record<Segment, [number, number]>
  constructor(memory: WebAssembly.Memory, bounds: Record<Segment, [number, number]>, columns: Column[], shared: boolean) {
    this.memory = memory
    this.bounds = bounds
    this.columns = columns
    this.shared = shared
  }
  segment(which: Segment): Uint8Array {
    const [from, to] = this.bounds[which]
    return new Uint8Array(this.memory.buffer as ArrayBuffer, from, to - from)
  }
  get bytes(): number {
    return this.memory.buffer.byteLength
  }
}

function padded(c: Column): number {
  return Math.ceil((c.length * arrays[c.type].BYTES_PER_ELEMENT) / alignment) * alignment
}
