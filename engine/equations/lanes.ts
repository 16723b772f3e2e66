/**
 * Writing WebAssembly text for numbers in lanes. The same calls give f32x4, f64x2, plain f32 or plain f64 code, one instruction a call,
 * every result in a local of its own; a calculation that was already written is not written again.
 * Values are handed around as text such as `(local.get $12)`.
 */
export type LaneKind = 'f32x4' | 'f64x2' | 'f32' | 'f64'

export interface Lanes {
  kind: LaneKind
  /** Numbers side by side. */
  count: number
  /** Bytes of one number. */
  bytes: number
}

export const laneKinds: Record<LaneKind, Lanes> = {
  f32x4: { kind: 'f32x4', count: 4, bytes: 4 },
  f64x2: { kind: 'f64x2', count: 2, bytes: 8 },
  f32: { kind: 'f32', count: 1, bytes: 4 },
  f64: { kind: 'f64', count: 1, bytes: 8 },
}

/** A local or a parameter holding a value. */
export type Operand = string

export function literal(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (value === Infinity) return 'inf'
  if (value === -Infinity) return '-inf'
  return Object.is(value, -0) ? '-0' : String(value)
}

export class LaneWriter {
  readonly lanes: Lanes
  /** Declarations of all locals, of all writers of one function. */
  readonly locals: string[]
  /** Code that belongs before every loop: constants. */
  readonly prologue: string[]
  readonly code: string[] = []
  private readonly known: Map<string, Operand>
  private readonly constants: Map<string, Operand>

  constructor(lanes: Lanes, parent?: LaneWriter) {
    this.lanes = lanes
    this.locals = parent?.locals ?? []
    this.prologue = parent?.prologue ?? []
    this.constants = parent?.constants ?? new Map()
    this.known = new Map(parent?.known)
  }
  /** A writer for a block inside this one: it may use what is known here, and nothing of it is known outside. */
  block(): LaneWriter {
    return new LaneWriter(this.lanes, this)
  }
  forget(): void {
    this.known.clear()
  }
  get vector(): 'v128' | 'f32' | 'f64' {
    return this.lanes.count > 1 ? 'v128' : (this.lanes.kind as 'f32' | 'f64')
  }
  local(type: string): string {
    const id = `$${this.locals.length}`
    this.locals.push(`(local ${id} ${type})`)
    return id
  }
  /** The value of `expression`, in a local. */
  keep(expression: string, type: string = this.vector): Operand {
    const seen = this.known.get(expression)
    if (seen) return seen
    const id = this.local(type)
    this.code.push(`(local.set ${id} ${expression})`)
    const operand = `(local.get ${id})`
    this.known.set(expression, operand)
    return operand
  }
  /** A value computed once, before the loops. */
  before(expression: string, type: string = this.vector): Operand {
    const seen = this.constants.get(expression)
    if (seen) return seen
    const id = this.local(type)
    this.prologue.push(`(local.set ${id} ${expression})`)
    const operand = `(local.get ${id})`
    this.constants.set(expression, operand)
    return operand
  }
  do(statement: string): void {
    this.code.push(statement)
  }

  // numbers
  number(value: number): Operand {
    const v = literal(value)
    return this.before(this.lanes.count > 1 ? `(v128.const ${this.lanes.kind} ${Array(this.lanes.count).fill(v).join(' ')})` : `(${this.lanes.kind}.const ${v})`)
  }
  private float(op: string, ...args: Operand[]): Operand {
    return this.keep(`(${this.lanes.kind}.${op} ${args.join(' ')})`)
  }
  add(a: Operand, b: Operand): Operand {
    return this.float('add', a, b)
  }
  sub(a: Operand, b: Operand): Operand {
    return this.float('sub', a, b)
  }
  mul(a: Operand, b: Operand): Operand {
    return this.float('mul', a, b)
  }
  div(a: Operand, b: Operand): Operand {
    return this.float('div', a, b)
  }
  sqrt(a: Operand): Operand {
    return this.float('sqrt', a)
  }
  abs(a: Operand): Operand {
    return this.float('abs', a)
  }
  neg(a: Operand): Operand {
    return this.float('neg', a)
  }
  nearest(a: Operand): Operand {
    return this.float('nearest', a)
  }
  /** b < a ? b : a; a NaN in `a` stays. One instruction, where min takes six. */
  smaller(a: Operand, b: Operand): Operand {
    return this.lanes.count > 1 ? this.float('pmin', a, b) : this.keep(`(select ${b} ${a} (${this.lanes.kind}.lt ${b} ${a}))`)
  }
  /** a < b ? b : a; a NaN in `a` stays. */
  larger(a: Operand, b: Operand): Operand {
    return this.lanes.count > 1 ? this.float('pmax', a, b) : this.keep(`(select ${b} ${a} (${this.lanes.kind}.lt ${a} ${b}))`)
  }
  /** Horner from the highest power; coefficients from power 0 up. */
  polynomial(x: Operand, ...coefficients: number[]): Operand {
    let y = this.number(coefficients[coefficients.length - 1])
    for (let k = coefficients.length - 2; k >= 0; k--) y = this.add(this.mul(y, x), this.number(coefficients[k]))
    return y
  }

  // conditions
  get condition(): string {
    return this.lanes.count > 1 ? 'v128' : 'i32'
  }
  compare(op: 'lt' | 'le' | 'gt' | 'ge' | 'eq' | 'ne', a: Operand, b: Operand): Operand {
    return this.keep(`(${this.lanes.kind}.${op} ${a} ${b})`, this.condition)
  }
  and(a: Operand, b: Operand): Operand {
    return this.keep(`(${this.condition}.and ${a} ${b})`, this.condition)
  }
  or(a: Operand, b: Operand): Operand {
    return this.keep(`(${this.condition}.or ${a} ${b})`, this.condition)
  }
  not(a: Operand): Operand {
    return this.keep(this.lanes.count > 1 ? `(v128.not ${a})` : `(i32.eqz ${a})`, this.condition)
  }
  /** condition ? a : b */
  select(condition: Operand, a: Operand, b: Operand): Operand {
    return this.keep(this.lanes.count > 1 ? `(v128.bitselect ${a} ${b} ${condition})` : `(select ${a} ${b} ${condition})`)
  }
  /** condition ? a : 0 */
  only(condition: Operand, a: Operand): Operand {
    return this.lanes.count > 1 ? this.keep(`(v128.and ${a} ${condition})`) : this.select(condition, a, this.number(0))
  }
  /** condition ? whole number : 0, as an integer */
  onlyInteger(condition: Operand, value: number): Operand {
    return this.lanes.count > 1
      ? this.iand(condition, this.integer(value))
      : this.keep(`(select (${this.int}.const ${value}) (${this.int}.const 0) ${condition})`, this.int)
  }
  unless(condition: Operand, a: Operand): Operand {
    return this.lanes.count > 1 ? this.keep(`(v128.andnot ${a} ${condition})`) : this.select(condition, this.number(0), a)
  }

  /** Numbers that are whole, as integers; of f32 only: there is no such conversion to i64 lanes. */
  toInteger(a: Operand): Operand {
    return this.lanes.count > 1 ? this.keep(`(i32x4.trunc_sat_f32x4_s ${a})`, 'v128') : this.keep(`(i32.trunc_sat_f32_s ${a})`, 'i32')
  }
  ofInteger(a: Operand): Operand {
    return this.lanes.count > 1 ? this.keep(`(f32x4.convert_i32x4_s ${a})`) : this.keep(`(f32.convert_i32_s ${a})`)
  }

  // bits: integers as wide as the numbers
  private get int(): string {
    return { f32x4: 'i32x4', f64x2: 'i64x2', f32: 'i32', f64: 'i64' }[this.lanes.kind]
  }
  private get intVector(): string {
    return this.lanes.count > 1 ? 'v128' : this.int
  }
  integer(value: number | bigint): Operand {
    return this.before(this.lanes.count > 1 ? `(v128.const ${this.int} ${Array(this.lanes.count).fill(value).join(' ')})` : `(${this.int}.const ${value})`, this.intVector)
  }
  bits(a: Operand): Operand {
    return this.lanes.count > 1 ? a : this.keep(`(${this.int}.reinterpret_${this.lanes.kind} ${a})`, this.int)
  }
  ofBits(a: Operand): Operand {
    return this.lanes.count > 1 ? a : this.keep(`(${this.lanes.kind}.reinterpret_${this.int} ${a})`)
  }
  iadd(a: Operand, b: Operand): Operand {
    return this.keep(`(${this.int}.add ${a} ${b})`, this.intVector)
  }
  isub(a: Operand, b: Operand): Operand {
    return this.keep(`(${this.int}.sub ${a} ${b})`, this.intVector)
  }
  iand(a: Operand, b: Operand): Operand {
    return this.keep(`(${this.intVector}.and ${a} ${b})`, this.intVector)
  }
  ixor(a: Operand, b: Operand): Operand {
    return this.keep(`(${this.intVector}.xor ${a} ${b})`, this.intVector)
  }
  ior(a: Operand, b: Operand): Operand {
    return this.keep(`(${this.intVector}.or ${a} ${b})`, this.intVector)
  }
  shift(op: 'shl' | 'shr_s' | 'shr_u', a: Operand, by: number): Operand {
    const amount = this.lanes.count > 1 ? `(i32.const ${by})` : `(${this.int}.const ${by})`
    return this.keep(`(${this.int}.${op} ${a} ${amount})`, this.intVector)
  }
}
