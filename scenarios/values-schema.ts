/** The schema of values for every unit, of currents and of lists of spikes. */
import { z } from 'zod'
import type { Current, Value } from '../engine/description.ts'
import type { Dimension } from '../engine/units.ts'
import type { Sign } from './shapes.ts'
import { choice, finite, list, ms, needs, numberIn, quantity, strict, text, time, whole } from './shapes.ts'

/** A value for every unit; with `dimension` and `sign`, every quantity in it is held to them. */
export function valueWith(dimension?: Dimension, sign: Sign = 'any'): z.ZodType<Value> {
  const one = quantity(dimension, sign)
  const spread = quantity(dimension, 'not negative')
  const pair = z.tuple([one, one], { error: needs('a list of two quantities') })
  return choice<Value>(
    'distribution',
    {
      uniform: strict({ uniform: pair.describe('drawn evenly between the two, e.g. [1 ms, 2 ms]') }),
      normal: strict({
        normal: strict({
          mean: one.describe('mean, with its unit'),
          sd: spread.describe('standard deviation, in the unit of the mean'),
          min: one.optional().describe('smallest value drawn'),
          max: one.optional().describe('largest value drawn'),
          times: (sign === 'any' ? finite : numberIn(0, 1e9)).optional().describe('a factor to what is drawn, such as -1 beside draws_as; 1 unless said'),
        }).describe('drawn from a normal distribution'),
      }),
      lognormal: strict({
        lognormal: strict({
          median: one.describe('median, with its unit'),
          sigma: numberIn(0, 100).describe('standard deviation of the logarithm, a plain number'),
        }).describe('exp of a normal distribution'),
      }),
      levels: strict({
        levels: list(one, 1).describe('unit i has level floor(i / each) modulo their number'),
        each: whole(1).optional().describe('units a level, 1 unless said'),
      }),
      list: strict({ list: list(one, 1).describe('one value a unit') }),
    },
    one,
    'a quantity such as "20 mV"',
  )
}
export const value = valueWith().describe('a quantity with its unit, or a distribution')

/** Samples may also stand in a file: then the loader puts the numbers in its place. */
export type WrittenCurrent = Exclude<Current, { samples: unknown }> | { samples: WrittenSamples }
export type WrittenSamples =
  | { file: string; unit: string }
  | { times: (string | number)[]; values: (string | number)[] }

const any = quantity()
const period = quantity(ms, 'positive')
const step = z.tuple([time, any], { error: needs('a pair [time, value]') })

export const current = choice<WrittenCurrent>('current', {
  constant: strict({ constant: value.describe('the same at all times, e.g. 300 pA') }),
  step: strict({ step: list(step, 1).describe('[time, value] pairs; a value holds from its time on, zero before') }),
  sine: strict({
    sine: strict({
      mean: any.optional().describe('mean, e.g. 300 pA; 0 unless said'),
      amplitude: any.describe('amplitude, e.g. 100 pA'),
      period: period.describe('period, e.g. 500 ms'),
      phase: finite.optional().describe('phase at time 0, as a fraction of the period'),
    }).describe('mean + amplitude * sin(2 pi (t / period + phase))'),
  }),
  square: strict({
    square: strict({
      low: any.describe('value in the rest of a period'),
      high: any.describe('value during the first part of a period'),
      period: period.describe('period, e.g. 500 ms'),
      duty: numberIn(0, 1).optional().describe('fraction of the period that is high, 0 to 1'),
      start: time.optional().describe('when a period starts'),
    }).describe('a square wave'),
  }),
  ramp: strict({
    ramp: strict({
      from: any.describe('value until start'),
      to: any.describe('value from stop on'),
      start: time.describe('when it begins to change'),
      stop: time.describe('when it ends to change'),
    }).describe('linear between start and stop, constant outside'),
  }),
  ornstein_uhlenbeck: strict({
    ornstein_uhlenbeck: strict({
      mean: any.optional().describe('mean, e.g. 300 pA; 0 unless said'),
      sigma: quantity(undefined, 'not negative').describe('standard deviation in the steady state, e.g. 450 pA'),
      tau: period.describe('correlation time, e.g. 2 ms'),
    }).describe('noise of its own in every unit'),
  }),
  samples: strict({
    samples: choice<WrittenSamples>('form of samples', {
      file: strict({
        file: text.describe('a .csv file with the header time_ms,value; relative to this file'),
        unit: text.describe('unit of the values, e.g. pA'),
      }),
      times: strict({
        times: list(time, 1).describe('times with units, ascending'),
        values: list(any, 1).describe('one value a time, with units'),
      }),
    }).describe('values that hold until the next one'),
  }),
}).describe('a current as a function of time')

export type WrittenSpikes = { file: string } | { times: (string | number)[]; units: number[] }

export const spikes = choice<WrittenSpikes>('form of spikes', {
  file: strict({
    file: text.describe('.ras (time_in_seconds id) or .csv (header time_ms,unit), relative to this file'),
  }),
  times: strict({
    times: list(time).describe('times with units, in any order'),
    units: list(whole(0)).describe('one unit a time, counted from 0'),
  }),
}).describe('spikes, from a file or written here')
