/**
 * A clocked population: n units of one model, brought from tick to tick by compiled code. As long as nothing can arrive
 * that is not known yet, several ticks are done in one call (a window); the bits do not depend on how many.
 */
import type { Assembler } from './assembler.ts'
import { compileProgram } from './equations/compile.ts'
import { flushEvery, never, tiny } from './equations/interpret.ts'
import type { Program } from './equations/program.ts'
import { kinds } from './description.ts'
import { InputError, RunError } from './errors.ts'
import type { Grid } from './grid.ts'
import type { DeliveryKernels, Float } from './kernels/delivery.ts'
import type { Learner } from './learner.ts'
import type { Column, MemoryPlan, NetworkMemory } from './memory.ts'
import type { ClockedInput, InputPlace, Partition } from './projection.ts'
import { type Actor, type Horizon, type Phase, phases } from './scheduler.ts'
import type { EventStream } from './stream.ts'
import type { Waveform } from './waveforms.ts'

type EventPrograms = ReadonlyMap<string, Program>

/** Where a program finds what is not state. */
interface ProgramPlaces {
  constants: Column<Float>
  columns: Map<string, Column<Float>>
  perTick: Column<Float>
  key: Column<'i32'>
}

/** What a phase of a trial does to all units. */
interface PhaseEvent extends ProgramPlaces {
  program: Program
  kernels: StepKernels | undefined
}

interface StepKernels {
  step(tick: number, ticks: number, low: number, high: number, out: number): number
  again(tick: number, low: number, high: number, out: number): number
}

export type Detector = (unit: number, time: number) => number

export interface ClockedOptions {
  name: string
  size: number
  program: Program
  /** What the program becomes when parameters change: places are needed for all of them. */
  later: Program[]
  /** Ear -> what all units do when it is heard, as it is and as it becomes when parameters change. */
  events: EventPrograms
  laterEvents: EventPrograms[]
  float: Float
  grid: Grid
  /** Ticks that one call may do. */
  window: number
  partitions: Partition[]
  stream: EventStream
  /** Detector of bursts, made once the memory is there. */
  detector: (() => Detector) | undefined
  /** current -> what its per-tick value is the sum of */
  waveforms: Map<string, Waveform[]>
  /** Variables that are written from outside. */
  fed: ReadonlySet<string>
}

/** Units are done eight at a time, Poisson numbers sixteen. */
export const unitBlock = 16

/** Room for constants that other values of parameters ask for: of a term that was zero, of time constants that were equal. */
const spareConstants = 64

/** Ticks between two looks at all weights for numbers that are not finite. */
const checkEvery = 1024

export class ClockedPopulation implements Actor {
  readonly name: string
  readonly size: number
  readonly stream: EventStream
  program: Program
  time = 0
  phase: Phase = phases.populations
  turns = 0
  rank = 0
  /** What arrives, in canonical order. */
  readonly inputs: ClockedInput[] = []
  /** Rules on what comes in, in canonical order. */
  readonly learners: Learner[] = []
  private readonly options: ClockedOptions
  private readonly ticks: Column<'f64'>
  private readonly variables = new Map<string, Column<Float>>()
  private readonly places: ProgramPlaces
  private readonly inputColumns = new Map<string, Column<Float>>()
  private readonly last: Column<'i32' | 'f64'>
  private readonly plateau: Column<Float>
  private readonly out: Column<'i32'>
  private readonly events = new Map<string, PhaseEvent>()
  /** Variable -> what it was at the end of the last ticks, for as many as an equation asks back. */
  private readonly rings = new Map<string, Column<Float>>()
  private readonly padded: number
  /** Rows that each partition made, and where they are. */
  private readonly rowsOf: Int32Array
  private initial: ReadonlyMap<string, number | Float64Array> = new Map()
  /** Variables that are written from outside. */
  private readonly fed: ReadonlySet<string>
  /** Arrivals from populations that tick together with this one. */
  readonly ofGroup = new Set<ClockedInput>()
  private rowsAt: number[] = []
  private kernels!: StepKernels
  private settle!: DeliveryKernels['settle']
  private detect: Detector | undefined
  /** The horizon of the last turn, as a tick: mostly it is the same again. */
  private seen = { time: Number.NaN, inclusive: false, tick: 0 }

  /** Ticks that one call may do: what `explain` tells. */
  get window(): number {
    return this.options.window
  }

  constructor(options: ClockedOptions, plan: MemoryPlan) {
    const { name, size, program, float, window } = options
    this.options = options
    this.name = name
    this.size = size
    this.program = program
    this.stream = options.stream
    this.padded = Math.ceil(size / unitBlock) * unitBlock
    this.fed = options.fed
    const own = (what: string) => `population.${name}.${what}`
    this.ticks = plan.reserve(own('tick'), 'f64', 1, 'state')
    for (const v of program.variables) this.variables.set(v, plan.reserve(own(`variable ${v}`), float, this.padded, 'state'))
    const places = (programs: Program[], ticks: number, name: (what: string) => string): ProgramPlaces => ({
      constants: plan.reserve(name('constants'), float, Math.max(...programs.map((p) => p.constants.size)) + spareConstants, 'constant'),
      columns: new Map([...new Set(programs.flatMap((p) => [...p.columns.keys()]))].map((c) => [c, plan.reserve(name(`column ${c}`), float, this.padded, 'constant')])),
      perTick: plan.reserve(name('per tick'), float, Math.max(1, programs[0].perTick.length) * ticks, 'scratch'),
      key: plan.reserve(name('key'), 'i32', 2, 'constant'),
    })
    this.places = places([program, ...options.later], window, own)
    for (const r of program.receptors) this.inputColumns.set(r.name, plan.reserve(own(`input ${r.name}`), float, this.padded * window, 'scratch'))
    this.last = plan.reserve(own('last'), float === 'f32' ? 'i32' : 'f64', this.padded, 'state') as Column<'i32' | 'f64'>
    this.plateau = plan.reserve(own('plateau'), float, program.plateau ? this.padded : 0, 'state')
    const longest = new Map<string, number>()
    for (const [ear, event] of options.events) {
      const programs = [event, ...options.laterEvents.map((e) => e.get(ear) as Program)]
      this.events.set(ear, { ...places(programs, 1, (what) => own(`on ${ear} ${what}`)), program: event, kernels: undefined })
    }
    for (const { variable, ago } of [program, ...options.later, ...[options.events, ...options.laterEvents].flatMap((e) => [...e.values()])].flatMap((p) => p.delays)) {
      longest.set(variable, Math.max(ago, longest.get(variable) ?? 0))
    }
    for (const [v, ago] of longest) this.rings.set(v, plan.reserve(own(`past ${v}`), float, this.padded * ago, 'state'))
    // every unit may have a row of each kind in every tick
    const kindsOfRow = 1 + (program.plateau ? 1 : 0)
    this.out = plan.reserve(own('rows'), 'i32', 2 * this.padded * window * kindsOfRow, 'scratch')
    this.rowsOf = new Int32Array(options.partitions.length)
  }

  /** Everything that needs the memory: start values, constants, code. */
  start(memory: NetworkMemory, assemble: Assembler, kernels: DeliveryKernels, initial: Map<string, number | Float64Array>, keyOf: (of: string) => readonly [number, number]): void {
    this.settle = kernels.settle
    this.places.key.view.set(keyOf('noise').map((k) => k | 0))
    for (const [ear, event] of this.events) event.key.view.set(keyOf(`noise.${ear}`).map((k) => k | 0))
    this.initial = initial
    for (const v of this.variables.keys()) this.fillVariable(v)
    this.fillRings()
    this.last.view.fill(never)
    this.stream.reach(0, true)
    this.adopt(this.program, this.options.events, memory, assemble)
    this.detect = this.options.detector?.()
    const perUnit = (this.out.length * 4) / this.padded
    this.rowsAt = this.options.partitions.map(({ low }) => this.out.address + low * perUnit)
    this.place()
  }

  /** Use `program` and `events`, which differ from those before in the values of their parameters only. */
  adopt(program: Program, events: EventPrograms, memory: NetworkMemory, assemble: Assembler): void {
    this.kernels = this.compiled(program, this.places, `population ${this.name}`, memory, assemble)
    this.program = program
    for (const [ear, event] of this.events) {
      event.program = events.get(ear) as Program
      event.kernels = this.compiled(event.program, event, `population ${this.name} on ${ear}`, memory, assemble)
    }
  }

  /** Throws `InputError` where `program` or `events` need what was not planned. */
  checkRoom(program: Program, events: EventPrograms): void {
    this.checkFits(program, this.places)
    for (const [ear, event] of this.events) this.checkFits(events.get(ear) as Program, event)
  }

  private checkFits({ constants, columns, delays, keepsLast }: Program, places: ProgramPlaces): void {
    const room = constants.size <= places.constants.length && [...columns.keys()].every((c) => places.columns.has(c)) && delays.every((d) => d.ago <= this.ringRows(d.variable))
    // who did not keep the last spike from the start cannot know of it later
    if (room && (!keepsLast || this.options.program.keepsLast)) return
    throw new InputError(`these parameters of "${this.name}" need a place in memory that was not planned; say the change in the protocol`)
  }

  private ringRows(variable: string): number {
    return (this.rings.get(variable)?.length ?? 0) / this.padded
  }

  /** Code of `program`, whose constants and columns are put into `places`. */
  private compiled(program: Program, places: ProgramPlaces, what: string, memory: NetworkMemory, assemble: Assembler): StepKernels {
    this.checkFits(program, places)
    ;[...program.constants.values()].forEach((v, k) => void (places.constants.view[k] = v))
    for (const [c, values] of program.columns) {
      const { view } = places.columns.get(c) as Column<Float>
      for (let i = 0; i < this.padded; i++) view[i] = values[Math.min(i, this.size - 1)]
    }
    const bytes = this.options.float === 'f32' ? 4 : 8
    const addresses = (columns: Map<string, Column>) => Object.fromEntries([...columns].map(([k, c]) => [k, c.address]))
    const text = compileProgram(program, {
      units: this.size,
      variables: addresses(this.variables),
      columns: addresses(places.columns),
      constants: Object.fromEntries([...program.constants.keys()].map((k, i) => [k, places.constants.address + i * bytes])),
      perTick: places.perTick.address,
      inputs: addresses(this.inputColumns),
      inputStride: this.padded * bytes,
      last: this.last.address,
      plateau: this.plateau.address,
      key: places.key.address,
      rings: Object.fromEntries([...this.rings].map(([v, { address }]) => [v, { address, rows: this.ringRows(v) }])),
      sharedMemory: memory.shared,
    }, this.options.float === 'f32' ? 'f32x4' : 'f64x2', places !== this.places)
    return assemble<StepKernels>(what, text, memory.memory)
  }

  /** What happens at `ear`. */
  eventProgram(ear: string): Program | undefined {
    return this.events.get(ear)?.program
  }

  /** Whether anything happens at `ear`, such as `end:free`. */
  hears(ear: string): boolean {
    return this.events.has(ear)
  }

  /** All units do what their model says happens at `ear`, at the tick that was done last: arrivals, threshold and reset are over. */
  hear(ear: string): void {
    const event = this.events.get(ear)
    if (!event) return
    const { program, perTick, kernels } = event
    if (program.perTick.length > 0) this.fillPerTick(program, perTick, this.tick, this.tick)
    this.options.partitions.forEach(({ low, high }, p) => void kernels?.step(this.tick, 1, low, high, this.rowsAt[p]))
  }

  get tick(): number {
    return this.ticks.view[0]
  }
  /** Units and the lanes behind them: numbers in a column. */
  get paddedSize(): number {
    return this.padded
  }
  /** Whether everything from outside its group that arrives at `tick` is known; those of the group go in order. */
  mayTick(tick: number): boolean {
    for (const input of this.inputs) if (!this.ofGroup.has(input) && input.known() < tick) return false
    return true
  }
  /** All variables as they were at the start, but what is written from outside stays; no unit is refractory. */
  reset(): void {
    for (const v of this.program.variables) if (!this.fed.has(v)) this.fillVariable(v)
    this.last.view.fill(never)
    this.fillRings()
  }
  /** A variable has always been what it is now. */
  private fillRings(): void {
    for (const [v, ring] of this.rings) {
      const { view } = this.variables.get(v) as Column<Float>
      for (let at = 0; at < ring.length; at += this.padded) ring.view.set(view, at)
    }
  }
  private fillVariable(v: string): void {
    const { view } = this.variables.get(v) as Column<Float>
    const value = this.initial.get(v) ?? 0
    if (typeof value === 'number') view.fill(value)
    else for (let i = 0; i < this.padded; i++) view[i] = value[Math.min(i, this.size - 1)]
  }
  /** Where arrivals at `receptor` are added. */
  inputPlace(receptor: string): InputPlace {
    const column = this.inputColumns.get(receptor) as Column<Float>
    return { address: column.address, stride: this.padded * (this.options.float === 'f32' ? 4 : 8) }
  }
  variable(name: string): Column<Float> | undefined {
    return this.variables.get(name)
  }
  /** The place in the queue follows from the tick; after a checkpoint has been read it is found again here. */
  place(): void {
    this.time = this.options.grid.time(this.tick + 1)
  }

  act(horizon: Horizon): void {
    const first = this.tick + 1
    let last = Math.min(this.tick + this.options.window, (first + flushEvery - 1) & -flushEvery)
    for (const input of this.inputs) {
      const known = input.known()
      if (known < last) last = known
    }
    if (horizon.time !== this.seen.time || horizon.inclusive !== this.seen.inclusive) {
      this.seen = { time: horizon.time, inclusive: horizon.inclusive, tick: this.options.grid.lastTick(horizon.time, horizon.inclusive) }
    }
    if (this.seen.tick < last) last = this.seen.tick
    for (const l of this.learners) last = Math.min(last, l.nextDue(this.tick))
    if (last < first) {
      this.turns++
      return
    }
    this.turns = 0
    this.advance(first, last)
    this.learn(last)
    this.place()
  }

  /** Everything at `tick` has happened: rules that act by themselves do so. */
  learn(tick: number): void {
    for (const l of this.learners) if (l.nextDue(tick - 1) <= tick) l.learn(tick)
    for (const l of this.learners) l.hear(tick)
    if (tick % checkEvery === 0) for (const l of this.learners) l.check(tick)
  }

  /** Bring all units to tick `last`; everything that arrives until then is known. */
  advance(first: number, last: number): void {
    for (const input of this.inputs) input.deliver(first, last)
    // the step that ends at a tick sees what held when it began
    if (this.program.perTick.length > 0) this.fillPerTick(this.program, this.places.perTick, first - 1, last - 1)
    const { partitions } = this.options
    for (let p = 0; p < partitions.length; p++) {
      this.rowsOf[p] = this.kernels.step(first, last - first + 1, partitions[p].low, partitions[p].high, this.rowsAt[p])
    }
    this.collect(first, last)
    this.ticks.view[0] = last
    this.stream.reach(last, true)
    if (last % flushEvery === 0) this.settleAll(last, tiny[this.options.float])
  }

  /** One more round of arrivals at the tick that was just done; returns whether anything fired. */
  again(): boolean {
    const tick = this.tick
    const before = this.stream.written
    this.options.partitions.forEach(({ low, high }, p) => {
      this.rowsOf[p] = this.kernels.again(tick, low, high, this.rowsAt[p])
    })
    this.collect(tick, tick)
    return this.stream.written > before
  }

  /** Rows of all partitions to the stream, tick by tick and then by unit. */
  private collect(first: number, last: number): void {
    if (this.rowsOf.length === 1) this.append(this.rowsAt[0], this.rowsOf[0])
    else {
      const at = this.rowsAt.slice()
      const rows = this.out.view
      const start = this.out.address
      for (let tick = first; tick <= last; tick++) {
        at.forEach((address, p) => {
          const end = this.rowsAt[p] + 8 * this.rowsOf[p]
          let next = address
          while (next < end && rows[(next - start) / 4] === tick) next += 8
          this.append(address, (next - address) / 8)
          at[p] = next
        })
      }
    }
  }

  private append(address: number, count: number): void {
    const rows = this.out.view
    for (let k = 0, at = (address - this.out.address) / 4; k < count; k++, at += 2) {
      const unit = rows[at + 1] & 0xffffff
      let kind = rows[at + 1] >>> 24
      if (this.detect && kind === kinds.spike) kind |= this.detect(unit, this.options.grid.time(rows[at]))
      this.stream.append(rows[at], unit, kind)
    }
  }

  /** What is the same for all units, as it is at the ticks `first` to `last`. */
  private fillPerTick(program: Program, column: Column<Float>, first: number, last: number): void {
    let at = 0
    for (let tick = first; tick <= last; tick++) {
      const ms = this.options.grid.time(tick)
      for (const key of program.perTick) {
        let value = key === 't' ? ms : 0
        for (const wave of this.options.waveforms.get(key.slice(1)) ?? []) value += wave(ms)
        column.view[at++] = value
      }
    }
  }

  /** A number that is not finite ends the run. */
  check(): void {
    for (const l of this.learners) l.check(this.tick)
    this.settleAll(this.tick, 0)
  }

  /** Numbers below `limit`, decayed to nothing, become zero; a number that is not finite ends the run. */
  private settleAll(tick: number, limit: number): void {
    for (const [name, column] of this.variables) {
      if (this.settle(column.address, this.padded, limit)) continue
      const unit = column.view.findIndex((x) => !Number.isFinite(x))
      // lanes behind the last unit do not count
      if (unit < 0 || unit >= this.size) continue
      throw new RunError(
        `variable "${name}" of population "${this.name}" is ${column.view[unit]} in unit ${unit} at ${this.options.grid.time(tick)} ms; ` +
          'check weights, currents and the step',
      )
    }
  }
}
