/**
 * An event-driven population: n units of one closed form, each brought forward only when something happens to it. Spike
 * times are exact to round-off; between events nothing is computed.
 */
import type { Arrivals, Receiver } from './arrivals.ts'
import { kinds } from './description.ts'
import { RunError } from './errors.ts'
import { earliest, type HeapColumns, move } from './kernels/indexed-heap.ts'
import type { Learner } from './learner.ts'
import type { Column, MemoryPlan } from './memory.ts'
import type { EventDrivenForm, EventDrivenNeuron } from './model.ts'
import type { Detector } from './population.ts'
import { type Actor, type Horizon, type Phase, phases } from './scheduler.ts'
import { sourceLookahead } from './source-population.ts'
import type { EventStream } from './stream.ts'

/** What a unit waits for in the heap: its crossing; the end of refractoriness; a time before which it does not fire. */
const crossing = 0
const release = 1
const bound = 2
/** As `bound`, but something has arrived since it was found: still safe, perhaps far too early. */
const oldBound = 3

/** Why a unit is touched at an instant. */
const isDue = 1
const isReached = 2

export class EventPopulation implements Actor, Receiver {
  readonly name: string
  readonly size: number
  readonly stream: EventStream
  readonly form: EventDrivenForm
  time = 0
  phase: Phase = phases.populations
  turns = 0
  rank = 0
  /** In canonical order. */
  readonly arrivals: Arrivals[] = []
  /** Rules on what comes in, in canonical order. */
  readonly learners: Learner[] = []
  private neuron!: EventDrivenNeuron
  private readonly columns: Column<'f64'>[]
  private readonly updated: Column<'f64'>
  private readonly refractoryUntil: Column<'f64'>
  private readonly waitsFor: Column<'u8'>
  /** Until when rules that act by themselves have done so. */
  private readonly learned: Column<'f64'>
  private readonly heapColumns: { keys: Column<'f64'>; units: Column<'u32'>; places: Column<'i32'>; count: Column<'f64'> }
  private readonly pending: Column<'f64'>[]
  private readonly isTouched: Column<'u8'>
  private readonly touched: Column<'u32'>
  private touchedCount = 0
  private heap!: HeapColumns
  private views!: Views
  private detect: Detector | undefined

  constructor(
    options: { name: string; size: number; form: EventDrivenForm; stream: EventStream; detector: (() => Detector) | undefined },
    plan: MemoryPlan,
  ) {
    this.name = options.name
    this.size = options.size
    this.form = options.form
    this.stream = options.stream
    this.makeDetector = options.detector
    const own = (what: string) => `population.${this.name}.${what}`
    const n = this.size
    this.columns = this.form.variables.map((v) => plan.reserve(own(v), 'f64', n, 'state'))
    this.updated = plan.reserve(own('updated'), 'f64', n, 'state')
    this.refractoryUntil = plan.reserve(own('refractory until'), 'f64', n, 'state')
    this.waitsFor = plan.reserve(own('waits for'), 'u8', n, 'state')
    this.learned = plan.reserve(own('learned'), 'f64', 1, 'state')
    this.heapColumns = {
      keys: plan.reserve(own('heap key'), 'f64', n, 'state'),
      units: plan.reserve(own('heap unit'), 'u32', n, 'state'),
      places: plan.reserve(own('heap place'), 'i32', n, 'state'),
      count: plan.reserve(own('heap count'), 'f64', 1, 'state'),
    }
    this.pending = this.form.receptors.map((r) => plan.reserve(own(`pending ${r}`), 'f64', n, 'scratch'))
    this.isTouched = plan.reserve(own('is touched'), 'u8', n, 'scratch')
    this.touched = plan.reserve(own('touched'), 'u32', n, 'scratch')
  }
  private readonly makeDetector: (() => Detector) | undefined

  start(initial: Map<string, number | Float64Array>, parameters: Record<string, number>): void {
    this.form.variables.forEach((v, k) => {
      const value = initial.get(v) ?? 0
      if (typeof value === 'number') this.columns[k].view.fill(value)
      else this.columns[k].view.set(value)
    })
    this.refractoryUntil.view.fill(-Infinity)
    this.heapColumns.places.view.fill(-1)
    this.stream.reach(0, false)
    this.bind(parameters)
    for (let i = 0; i < this.size; i++) this.schedule(i, 0, false)
    this.place()
  }

  /** Make the closed form for `parameters`. */
  private bind(parameters: Record<string, number>): void {
    this.neuron = this.form.make(this.columns.map((c) => c.view), parameters)
    const { keys, units, places, count } = this.heapColumns
    this.heap = { keys: keys.view, units: units.view, places: places.view, count: count.view }
    this.views = {
      membrane: this.columns[0].view,
      updated: this.updated.view,
      refractoryUntil: this.refractoryUntil.view,
      waitsFor: this.waitsFor.view,
      pending: this.pending.map((p) => p.view),
      isTouched: this.isTouched.view,
      touched: this.touched.view,
    }
    this.detect ??= this.makeDetector?.()
  }

  /** From `now` on `parameters` hold: every unit is brought to `now` under the old ones first. */
  change(parameters: Record<string, number>, now: number): void {
    for (let i = 0; i < this.size; i++) this.flowTo(i, now)
    this.bind(parameters)
    for (let i = 0; i < this.size; i++) this.schedule(i, now, false)
  }
  /** After a checkpoint: `parameters` hold, and nothing else has changed. */
  rebind(parameters: Record<string, number>): void {
    this.bind(parameters)
  }

  place(): void {
    const { time, inclusive } = this.stream.frontier
    this.time = time
    this.phase = inclusive ? phases.after : phases.populations
  }

  act(horizon: Horizon): void {
    let { time, inclusive } = horizon
    // the stream need not be longer than this, however far the horizon is
    const ahead = this.stream.frontierTime + sourceLookahead
    if (ahead < time) ({ time, inclusive } = { time: ahead, inclusive: true })
    for (const a of this.arrivals) {
      a.ingest()
      const known = a.known()
      if (known.time < time || (known.time === time && inclusive && !known.inclusive)) ({ time, inclusive } = known)
    }
    const before = this.stream.frontier
    if (time < before.time || (time === before.time && (before.inclusive || !inclusive))) {
      this.turns++
      return
    }
    this.turns = 0
    this.advance(time, inclusive)
    this.stream.reach(time, inclusive)
    for (const l of this.learners) l.hear(time)
    this.place()
  }

  private advance(until: number, inclusive: boolean): void {
    const { arrivals, heap } = this
    const { touched } = this.views
    const sources = arrivals.length
    for (;;) {
      let now = earliest(heap)
      for (let k = 0; k < sources; k++) if (arrivals[k].time < now) now = arrivals[k].time
      if (this.learners.length > 0) this.learnBefore(now, until, inclusive)
      if (now > until || (now === until && !inclusive) || now === Infinity) return
      for (let k = 0; k < sources; k++) if (arrivals[k].time === now) arrivals[k].take(this)
      while (earliest(heap) === now) {
        const unit = heap.units[0]
        move(heap, unit, Infinity)
        this.touch(unit, isDue)
      }
      const n = this.touchedCount
      this.touchedCount = 0
      if (n > 1) touched.subarray(0, n).sort()
      for (let k = 0; k < n; k++) this.happen(touched[k], now)
    }
  }

  /** Rules that act by themselves after the last instant and before the next, at `now`, as far as the turn goes. */
  private learnBefore(now: number, until: number, inclusive: boolean): void {
    for (;;) {
      let due = Infinity
      for (const l of this.learners) due = Math.min(due, l.nextDue(this.learned.view[0]))
      if (due >= now || due > until || (due === until && !inclusive)) return
      for (const l of this.learners) if (l.nextDue(this.learned.view[0]) === due) l.learn(due)
      this.learned.view[0] = due
      for (const l of this.learners) l.check(due)
    }
  }

  arrive(unit: number, receptor: number, weight: number): void {
    this.views.pending[receptor][unit] += weight
    this.touch(unit, isReached)
  }

  private touch(unit: number, why: number): void {
    const { isTouched } = this.views
    if (isTouched[unit] === 0) this.views.touched[this.touchedCount++] = unit
    isTouched[unit] |= why
  }

  /** Everything that happens to `unit` at `now`: flow, arrive, fire, and say when it is due next. */
  private happen(unit: number, now: number): void {
    const { neuron } = this
    const { isTouched, waitsFor, refractoryUntil, pending, membrane } = this.views
    // an arrival at a crossing counts before the threshold is tested
    const alone = isTouched[unit] === isDue
    isTouched[unit] = 0
    this.flowTo(unit, now)
    const refractory = now < refractoryUntil[unit]
    if (!alone) {
      for (let r = 0; r < pending.length; r++) {
        const weight = pending[r][unit]
        if (weight === 0) continue
        pending[r][unit] = 0
        neuron.receive(unit, r, weight, refractory)
      }
    }
    const predicted = alone && !refractory && waitsFor[unit] === crossing
    const V = membrane[unit]
    // at its crossing the potential may be infinite, as in a quadratic neuron
    if (predicted ? V !== V : V - V !== 0) this.exploded(unit, now)
    if (predicted || (!refractory && neuron.fires(unit))) {
      neuron.fire(unit)
      if (neuron.refractory === 0 && neuron.fires(unit)) {
        const what = `unit ${unit} of population "${this.name}" fires again and again at ${now} ms`
        throw new RunError(`${what}: its reset is beyond its threshold, and it has no refractory time`)
      }
      refractoryUntil[unit] = now + neuron.refractory
      this.stream.append(now, unit, this.detect ? kinds.spike | this.detect(unit, now) : kinds.spike)
      this.schedule(unit, now, false)
    } else this.schedule(unit, now, alone && waitsFor[unit] === bound)
  }

  private flowTo(unit: number, now: number): void {
    const { updated, refractoryUntil } = this.views
    const from = updated[unit]
    if (now === from) return
    const free = refractoryUntil[unit]
    if (from < free) {
      this.neuron.flow(unit, Math.min(now, free) - from, true)
      if (now > free) this.neuron.flow(unit, now - free, false)
    } else this.neuron.flow(unit, now - from, false)
    updated[unit] = now
  }

  private exploded(unit: number, now: number): never {
    const what = `variable "${this.form.variables[0]}" of population "${this.name}" is ${this.views.membrane[unit]} in unit ${unit}`
    throw new RunError(`${what} at ${now} ms; check weights and parameters`)
  }

  /** Put `unit` at the time of its next crossing, or, unless it must be `exact`, at a time before which it does not fire. */
  private schedule(unit: number, now: number, exact: boolean): void {
    const { neuron, heap } = this
    const { waitsFor, refractoryUntil } = this.views
    const free = refractoryUntil[unit]
    if (now < free && !neuron.stillWhileHeld) {
      waitsFor[unit] = release
      move(heap, unit, free)
      return
    }
    const from = now < free ? free : now
    // a start value, or a parameter that has changed, can leave a unit beyond its threshold
    if (neuron.fires(unit)) {
      waitsFor[unit] = crossing
      move(heap, unit, from)
      return
    }
    if (neuron.notBefore && !exact) {
      const until = from + neuron.notBefore(unit)
      // an earlier bound is left where it is: most are overtaken by arrivals, few by time
      if (waitsFor[unit] >= bound && heap.places[unit] >= 0 && heap.keys[unit] <= until) waitsFor[unit] = oldBound
      else {
        waitsFor[unit] = bound
        move(heap, unit, until)
      }
      return
    }
    waitsFor[unit] = crossing
    move(heap, unit, from + neuron.crossing(unit))
  }

  /** The value of `variable` in `unit` at `now`, seen without disturbing anything. */
  look(variable: string, unit: number, now: number): number {
    const saved = this.columns.map((c) => c.view[unit])
    const updated = this.updated.view[unit]
    this.flowTo(unit, now)
    const value = this.columns[this.form.variables.indexOf(variable)].view[unit]
    this.columns.forEach((c, k) => void (c.view[unit] = saved[k]))
    this.updated.view[unit] = updated
    return value
  }
}

/** Columns as typed arrays, found once: the loop must not go through getters. */
interface Views {
  membrane: Float64Array
  updated: Float64Array
  refractoryUntil: Float64Array
  waitsFor: Uint8Array
  pending: Float64Array[]
  isTouched: Uint8Array
  touched: Uint32Array
}
