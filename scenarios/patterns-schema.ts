/** The schema of patterns of spikes that are shown in frames. */
import { z } from 'zod'
import type { QuantityText } from '../engine/description.ts'
import { choice, flag, hertz, list, ms, needs, quantity, strict, text, time, whole, word, yes } from './shapes.ts'

/** Units of the population, from the first to the last. */
export type UnitPair = [first: number, last: number]

export interface WrittenFile {
  file: string
  first_unit?: number
  unsorted?: 'accept'
  outside?: 'drop'
  late?: 'drop'
}
export interface WrittenPicture {
  picture: string
  column: QuantityText
  dark?: boolean
  rate?: QuantityText
}
export type WrittenPart =
  | { times: QuantityText[]; units: number[] }
  | WrittenFile
  | { poisson: { rate: QuantityText; units?: UnitPair } }
  | { scatter: { units: UnitPair; from: QuantityText; to: QuantityText; draw?: string } }
  | { regular: { units: UnitPair; at: QuantityText[] } }
  | WrittenPicture
  | { none: true }
export type WrittenPattern = WrittenPart | { all: WrittenPart[] }
export interface WrittenPatterns {
  every: QuantityText
  sequence?: string
  list: WrittenPattern[]
}

const pair = z.tuple([whole(0), whole(0)], { error: needs('a pair [first, last] of units') })
const positiveTime = quantity(ms, 'positive')
const rate = quantity(hertz, 'not negative')

const parts = {
  times: strict({
    times: list(time).describe('times within the frame with units, in any order'),
    units: list(whole(0)).describe('one unit a time, counted from 0'),
  }),
  file: strict({
    file: text.describe('.ras (time_in_seconds id) or .csv (header time_ms,unit), relative to this file'),
    first_unit: whole(0).optional().describe('number in the file that unit 0 has; 0 unless said'),
    unsorted: word('word', ['accept']).optional().describe('accept: spikes need not be sorted by time'),
    outside: word('word', ['drop']).optional().describe('drop: leave out spikes of units that the population has not'),
    late: word('word', ['drop']).optional().describe('drop: leave out spikes at or after the end of the frame'),
  }),
  poisson: strict({
    poisson: strict({
      rate: rate.describe('rate of every train, e.g. 5 Hz'),
      units: pair.optional().describe('[first, last]; all units unless said'),
    }).describe('Poisson trains, drawn once'),
  }),
  scatter: strict({
    scatter: strict({
      units: pair.describe('[first, last]'),
      from: time.describe('where in the frame the window begins'),
      to: positiveTime.describe('where it ends'),
      draw: text.optional().describe('name of the draw: the same times wherever it stands, in the order of the units'),
    }).describe('every unit once, at a time within the window that is drawn once'),
  }),
  regular: strict({
    regular: strict({
      units: pair.describe('[first, last]'),
      at: list(time).describe('times within the frame'),
    }).describe('the same times for all units'),
  }),
  picture: strict({
    picture: text.describe('a .png file, relative to this file; the top row is the highest unit'),
    column: positiveTime.describe('time that a column takes, e.g. 10 ms'),
    dark: flag.optional().describe('whether dark pixels are spikes, or light ones; true unless said'),
    rate: quantity(hertz, 'positive')
      .optional()
      .describe('mean rate of a unit, e.g. 27 Hz: the ink is thinned or thickened to it'),
  }),
  none: strict({ none: yes.describe('no spike') }),
}
const part = choice<WrittenPart>('form of a pattern', parts)
const pattern = choice<WrittenPattern>('form of a pattern', {
  ...parts,
  all: strict({ all: list(part, 1).describe('several of these together') }),
})

export const patterns = strict({
  every: positiveTime.describe('length of a frame, e.g. 500 ms'),
  sequence: text
    .optional()
    .describe('each frame shows one that is drawn, the same for all populations with this sequence; in turn unless said'),
  list: list(pattern, 1).describe('the patterns'),
}).describe('what a source of the kind patterns fires, frame after frame')
