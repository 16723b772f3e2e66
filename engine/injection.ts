/** Inputs while a network is being put together: currents, Poisson trains, lists of spikes. */
import { sequenceArrivals } from './arrivals.ts'
import type { InputDescription } from './description.ts'
import { checkSpikes, DenseDrive, listSequence, poissonSequence, SequenceInput } from './drive.ts'
import { InputError, unknown, within } from './errors.ts'
import { checkRate, checkRepresentable, type Part, rangeOf, receptorOf, tiled } from './part.ts'
import { ClockedPopulation } from './population.ts'
import { type Dimension, quantityIn } from './units.ts'
import { perUnit } from './values.ts'
import { waveform, type Waveform } from './waveforms.ts'
import type { Workshop } from './workshop.ts'

const ms: Dimension = [1, 0, 0]
const hertz: Dimension = [-1, 0, 0]
/** Mean number a unit and tick above which Poisson input is drawn for all units at once. */
const denseDrive = 0.01
/** Mean number a unit and tick that a table of probabilities holds. */
const mostPerTick = 700

export interface Injection {
  input: InputDescription
  target: Part
  first: number
  last: number
}

/** What an input is injected into. A current is connected at once: the equations have to know of it. */
export function inject(input: InputDescription, shop: Workshop): Injection {
  const target = within(['onto'], () => shop.part(input.to))
  if (target.regime === 'source') throw new InputError(`"${input.to.population}" is a source of spikes and receives none`, ['onto'])
  const injection = { input, target, ...rangeOf(target, input.to) }
  if ('current' in input) connectCurrent(input, injection, shop)
  else if (isFed(input)) feedInput(input, injection, shop)
  return injection
}

/** Inputs that trials write. */
export function isFed(input: InputDescription): input is FedInput {
  return 'example' in input || 'wanted' in input || 'phases' in input
}
export type FedInput = Extract<InputDescription, { example: unknown } | { wanted: unknown } | { phases: unknown }>

/** A current that is written from outside, one value a unit, is a variable that no equation changes. */
function feedInput(input: InputDescription, { target, first, last }: Injection, shop: Workshop): void {
  if (!shop.description.trials) throw new InputError('found an input of trials in a network without trials; give it trials')
  if (first !== 0 || last !== target.description.size - 1) throw new InputError(`found units ${first} to ${last}; an input of trials goes to a whole population`, ['onto'])
  feedCurrent(target, input.onto, input.name)
}

/** Adds a column to what a current of `target` is the sum of. Throws `InputError` with the path `onto`. */
export function feedCurrent(target: Part, current: string, by: string): { variable: string; dimension: Dimension } {
  const currents = target.checked?.definition.currents ?? {}
  if (!(current in currents)) throw new InputError(unknown('current', current, Object.keys(currents)), ['onto'])
  if (target.regime !== 'clocked') throw new InputError(`"${target.description.name}" is not clocked; only clocked populations have currents that others feed`, ['onto'])
  const connected = target.currents.get(current) ?? { waves: [] }
  const variable = `${current}.${by}`
  connected.fed = [...(connected.fed ?? []), variable].sort()
  target.currents.set(current, connected)
  return { variable, dimension: target.checked?.symbols.get(current)?.dimension as Dimension }
}

function connectCurrent(input: InputDescription & { current: unknown }, { target, first, last }: Injection, shop: Workshop): void {
  const currents = target.checked?.definition.currents ?? {}
  if (!(input.onto in currents)) throw new InputError(unknown('current', input.onto, Object.keys(currents)), ['onto'])
  if (target.regime === 'event_driven') {
    throw new InputError(`"${input.to.population}" is event-driven; a current needs a clocked population (a constant drive is a parameter)`, ['onto'])
  }
  const dimension = target.checked?.symbols.get(input.onto)?.dimension as Dimension
  const connected = target.currents.get(input.onto) ?? { waves: [] }
  const size = target.description.size
  const whole = first === 0 && last === size - 1
  const { current } = input as Extract<InputDescription, { current: unknown }>
  within(['current'], () => {
    if ('constant' in current) {
      const value = within(['constant'], () => {
        const { copies = 1 } = target.description
        const draw = (count: number) => perUnit(current.constant, dimension, shop.key('current', input.name), count)
        const values = whole ? tiled(draw(size / copies), copies) : draw(last - first + 1)
        checkRepresentable(values, shop.float)
        return values
      })
      const sum = connected.perUnit ?? 0
      if (whole && typeof value === 'number' && typeof sum === 'number') connected.perUnit = sum + value
      else {
        connected.perUnit = Float64Array.from({ length: size }, (_, i) => {
          const own = i >= first && i <= last ? (typeof value === 'number' ? value : value[i - first]) : 0
          return (typeof sum === 'number' ? sum : sum[i]) + own
        })
      }
    } else if (!whole) throw new InputError(`found units ${first} to ${last}; only a constant current can go to a part of a population`)
    else if ('ornstein_uhlenbeck' in current) {
      const { mean, sigma, tau } = current.ornstein_uhlenbeck
      const noise = within(['ornstein_uhlenbeck'], () => ({
        name: `${input.onto}.${input.name}`,
        mean: mean === undefined ? 0 : within(['mean'], () => quantityIn(mean, dimension)),
        sigma: within(['sigma'], () => quantityIn(sigma, dimension)),
        tau: within(['tau'], () => quantityIn(tau, ms)),
      }))
      if (!(noise.sigma >= 0)) throw new InputError(`found sigma = ${noise.sigma}; zero or more is needed`, ['ornstein_uhlenbeck', 'sigma'])
      if (!(noise.tau > 0)) throw new InputError(`found tau = ${noise.tau} ms; a time above zero is needed`, ['ornstein_uhlenbeck', 'tau'])
      connected.noise = [...(connected.noise ?? []), noise]
    } else {
      connected.waves.push(waveform(current, dimension) as Waveform)
      connected.perTick = true
    }
  })
  target.currents.set(input.onto, connected)
}

/** Poisson trains and lists of spikes, once the population is there. */
export function drive({ input, target, first, last }: Injection, shop: Workshop): void {
  if (!('poisson' in input || 'spikes' in input)) return
  const { float, grid } = shop
  const receptor = within(['onto'], () => receptorOf(target, input.onto))
  const weight = within('poisson' in input ? ['poisson', 'weight'] : ['weight'], () => {
    const value = quantityIn('poisson' in input ? input.poisson.weight : input.weight, receptor.dimension)
    if (target.regime === 'clocked') checkRepresentable(value, float)
    return value
  })
  const count = last - first + 1
  const rate = 'poisson' in input ? within(['poisson', 'rate'], () => perUnit(input.poisson.rate, hertz, shop.key('rate', input.name), count)) : 0
  within(['poisson', 'rate'], () => checkRate(rate))
  const clocked = target.population instanceof ClockedPopulation ? target.population : undefined
  if (clocked && typeof rate === 'number' && rate * grid.dt > denseDrive && count === target.description.size) {
    if (rate * grid.dt > mostPerTick) {
      throw new InputError(`found a rate of ${rate * 1000} Hz; at most ${mostPerTick} spikes a step of ${grid.dt} ms are accepted`, ['poisson', 'rate'])
    }
    const dense = new DenseDrive(input.name, rate * grid.dt, weight, shop.key('poisson', input.name), target.partitions, float, () => clocked.inputPlace(input.onto))
    target.clockedInputs.push(dense)
    shop.later.push((memory) => dense.start(memory, shop.assemble))
    return
  }
  if ('spikes' in input) within(['spikes'], () => checkSpikes(input.spikes, count))
  const sequence = 'poisson' in input
    ? poissonSequence(`input ${input.name}`, count, rate, shop.key('poisson', input.name), shop.memoryPlan)
    : listSequence(`input ${input.name}`, input.spikes.times, input.spikes.units, shop.memoryPlan)
  shop.later.push(() => sequence.next())
  if (clocked) {
    const arrays = { f32: Float32Array, f64: Float64Array }
    let view: Float32Array | Float64Array | undefined
    const place = () => clocked.inputPlace(input.onto)
    target.clockedInputs.push(new SequenceInput(input.name, sequence, weight, first, grid, place, () =>
      (view ??= new arrays[float](shop.memory.memory.buffer as ArrayBuffer, place().address, (place().stride / arrays[float].BYTES_PER_ELEMENT) * target.window)),
    ))
    shop.restorers.push(() => sequence.place())
  } else {
    const arrivals = sequenceArrivals(input.name, sequence, receptor.index, weight, first)
    target.arrivals.push(arrivals)
    shop.later.push(() => arrivals.place())
  }
}
