/**
 * The step of the published program of SuperSpike, written down as it is, one operation after the other, in volts and seconds:
 * layers of integrate-and-fire neurons, each with all-to-all plastic synapses from the one before, the last one being the output.
 * What the tests of the rule and of its neurons are held against. Nothing of the engine is used here.
 */

export interface OracleOptions {
  /** Units of the input, and of each layer. */
  sizes: number[]
  /** weights[l][j * units + i], from unit j of what comes before to unit i of layer l (V) */
  weights: Float64Array[]
  /** Trains of the input and of the targets: units that fire at step n. */
  input(n: number): number[]
  target(n: number): number[]
  /** Feedback to a hidden unit h from output k, number h * outputs + k; transposed weights unless said. */
  feedback?: Float64Array
  /** Steps of a block. */
  block: number
  /** V; none unless said */
  eta?: number
  /** First step at which weights may change. */
  from?: number
  /** Strength of the regulariser, for every layer but the last. */
  rho?: number
  /** Presynaptic traces below count as zero. */
  guard?: number
}

const dt = 1e-4
const delaySteps = 8
const a5 = Math.exp(-dt / 5e-3)
const k5 = dt / 5e-3
const k10 = dt / 1e-2

class Layer {
  readonly V: Float64Array
  readonly I: Float64Array
  readonly ref: Int32Array
  readonly err: Float64Array
  readonly tre: Float64Array
  readonly tref: Float64Array
  readonly avg: Float64Array
  readonly z: Float64Array
  readonly pre: Float64Array
  readonly psp: Float64Array
  readonly el: Float64Array
  readonly ef: Float64Array
  readonly m: Float64Array
  readonly v: Float64Array
  /** Spikes of each step. */
  readonly fired: number[][] = []
  /** Arrivals of this step. */
  arrived: number[] = []
  readonly latePsp: Float64Array[] = []
  readonly lateSurrogate: Float64Array[] = []
  constructor(readonly sources: number, readonly units: number, readonly w: Float64Array, readonly delta: number) {
    const row = () => new Float64Array(units)
    const matrix = () => new Float64Array(sources * units)
    this.V = row().fill(-0.06)
    this.I = row()
    this.ref = new Int32Array(units)
    this.err = row()
    this.tre = row()
    this.tref = row()
    this.avg = row()
    this.z = row()
    this.pre = new Float64Array(sources)
    this.psp = new Float64Array(sources)
    this.el = matrix()
    this.ef = matrix()
    this.m = matrix()
    this.v = matrix()
  }
}

export class Oracle {
  readonly layers: Layer[]
  /** m of every layer at the end of every block, before it is set to zero. */
  readonly sums: Float64Array[][] = []
  readonly changes: number[] = []
  sumOfSquares = 0
  n = -1
  private readonly lateErrors: Float64Array[] = []
  constructor(private readonly o: OracleOptions) {
    this.layers = o.weights.map((w, l) => new Layer(o.sizes[l], o.sizes[l + 1], w.slice(), l < o.weights.length - 1 && o.feedback ? 16 : 8))
  }
  get output(): Layer {
    return this.layers[this.layers.length - 1]
  }

  step(): void {
    const n = ++this.n
    const { o, layers, output } = this
    // 1. evolve
    for (const x of layers) {
      const spikes: number[] = []
      for (let i = 0; i < x.units; i++) {
        x.V[i] += (dt / 1e-2) * (-0.06 - x.V[i] + x.I[i])
        if (x.ref[i] === 0) {
          if (x.V[i] > -0.05) {
            spikes.push(i)
            x.V[i] = -0.06
            x.ref[i] = 50
          }
        } else {
          x.ref[i]--
          x.V[i] = -0.06
        }
        x.I[i] *= a5
      }
      x.fired.push(spikes)
    }
    // 2. deliver what was emitted 8 steps ago
    layers.forEach((x, l) => {
      x.arrived = n < delaySteps ? [] : l === 0 ? o.input(n - delaySteps) : layers[l - 1].fired[n - delaySteps]
      for (const j of x.arrived) for (let i = 0; i < x.units; i++) x.I[i] += x.w[j * x.units + i]
    })
    // 3. errors of hidden units, from those of the step before
    const hidden = layers.length > 1 ? layers[layers.length - 2] : undefined
    let ein: Float64Array | undefined
    if (hidden) {
      const { units } = output
      ein = Float64Array.from({ length: hidden.units }, (_, h) =>
        output.err.reduce((sum, e, k) => sum + (o.feedback ? o.feedback[h * units + k] : output.w[h * units + k]) * e, 0),
      )
      if (o.feedback) {
        this.lateErrors.push(ein)
        ein = this.lateErrors[n - delaySteps] ?? new Float64Array(hidden.units)
      }
    }
    // 4. traces
    for (const x of layers) {
      for (const j of x.arrived) x.pre[j] += 1
      for (let j = 0; j < x.sources; j++) x.pre[j] *= a5
      for (let i = 0; i < x.units; i++) {
        x.tre[i] += k5 * (x.err[i] - x.tre[i])
        x.tref[i] += k10 * (x.tre[i] - x.tref[i])
        x.avg[i] = x.avg[i] * Math.exp(-dt / 10) + dt * x.tref[i] ** 2
        x.z[i] *= Math.exp(-dt / 0.1)
      }
      for (const i of x.fired[n]) x.z[i] += 1
    }
    for (const t of output.tref) this.sumOfSquares += t * t
    // 5. new errors, spike by spike
    output.err.fill(0)
    if (n >= delaySteps) {
      for (const k of o.target(n - delaySteps)) output.err[k] += 1
      for (const k of output.fired[n - delaySteps]) output.err[k] -= 1
    }
    if (hidden && ein) hidden.err.set(ein)
    // 6. synapses
    layers.forEach((x, l) => {
      const rho = l < layers.length - 1 ? (o.rho ?? 0) : 0
      const late = n - x.delta
      for (let j = 0; j < x.sources; j++) {
        const psp = late >= 0 ? x.latePsp[late][j] : 0
        for (let i = 0; i < x.units; i++) {
          const s = j * x.units + i
          if (late >= 0 && psp >= (o.guard ?? 0)) x.el[s] += psp * x.lateSurrogate[late][i]
          x.ef[s] += k10 * (x.el[s] - x.ef[s])
          x.el[s] *= a5
          x.m[s] += x.ef[s] * x.tref[i] - rho * x.w[s] * x.z[i] ** 4
        }
      }
      x.latePsp.push(x.psp.slice())
      x.lateSurrogate.push(x.V.map((V) => 1000 * (1 + Math.abs(1000 * (V + 0.05))) ** -2))
    })
    // 7. block
    if (n > 0 && n % o.block === 0) this.learn()
    // 8. postsynaptic potentials
    for (const x of layers) for (let j = 0; j < x.sources; j++) x.psp[j] += k10 * (x.pre[j] - x.psp[j])
  }

  private learn(): void {
    const { o, n } = this
    this.sums.push(this.layers.map((x) => x.m.slice()))
    for (const x of this.layers) {
      for (let s = 0; s < x.w.length; s++) {
        const g = x.m[s] / o.block
        x.v[s] = Math.max(g * g, Math.exp((-o.block * dt) / 30) * x.v[s])
        if (o.eta === undefined || n < (o.from ?? 0)) continue
        const change = (o.eta * g) / (Math.sqrt(x.v[s]) + 1e-12)
        this.changes.push(Math.abs(change))
        x.w[s] += change
      }
      x.m.fill(0)
    }
  }

  /** Loss as the published program prints it. */
  get loss(): number {
    const mean = this.output.avg.reduce((a, b) => a + b, 0) / this.output.units
    return (1.2e6 * mean) / (1 - Math.exp(-((this.n + 1) * dt) / 10))
  }
}
