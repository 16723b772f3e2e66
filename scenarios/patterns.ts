/** Patterns as a scenario writes them -> spikes within a frame: read from files and pictures, or drawn once. */
import type { PatternSequence, QuantityText, SpikeList } from '../engine/description.ts'
import { InputError, within } from '../engine/errors.ts'
import { exponential, type Key, philox, streamKey, uniform01 } from '../engine/random.ts'
import { quantityIn } from '../engine/units.ts'
import { readBytes, readFile } from './include.ts'
import { pathFrom } from './paths.ts'
import type { UnitPair, WrittenFile, WrittenPart, WrittenPatterns, WrittenPicture } from './patterns-schema.ts'
import { inkOf, pictureSpikes } from './picture-raster.ts'
import { parsePattern } from './rasters.ts'
import { hertz, ms } from './shapes.ts'
import { type Files, spikesFrom } from './stimuli.ts'

/** What patterns are made for. */
interface Frame {
  population: string
  size: number
  seed: number
  /** ms */
  every: number
  files: Files
  /** Told what was left out of a file because the scenario asks for it. */
  remark(text: string): void
}

const mostSpikes = 1e7
const words = new Uint32Array(4)

/** Throws `InputError` with the path within the patterns; a mistake in a file has its place there. */
export function patternsFrom(
  { every, sequence, list }: WrittenPatterns,
  frame: Omit<Frame, 'every'>,
): PatternSequence {
  const length = quantityIn(every, ms)
  const patterns = list.map((written, k) =>
    within(['list', k], () => {
      const own = { ...frame, every: length, remark: (text: string) => frame.remark(`pattern ${k}: ${text}`) }
      const name = `${frame.population}.${k}`
      if (!('all' in written)) return spikesOf(written, name, own)
      const parts = written.all.map((part, j) => within(['all', j], () => spikesOf(part, `${name}.${j}`, own)))
      return { times: parts.flatMap(({ times }) => times), units: parts.flatMap(({ units }) => units) }
    }),
  )
  return { patterns, every, ...(sequence !== undefined && { sequence }) }
}

/** `name` is that of the pattern, for what is drawn. */
function spikesOf(written: WrittenPart, name: string, frame: Frame): SpikeList {
  if ('none' in written) return { times: [], units: [] }
  if ('file' in written) return fromFile(written, frame)
  if ('picture' in written) return fromPicture(written, streamKey(frame.seed, 'pattern', name), frame)
  if ('poisson' in written) {
    const { rate, units = [0, frame.size - 1] as UnitPair } = written.poisson
    return within(['poisson'], () => frozenPoisson(rate, units, streamKey(frame.seed, 'pattern', name), frame))
  }
  if ('scatter' in written) {
    const { draw } = written.scatter
    const key = draw === undefined ? streamKey(frame.seed, 'pattern', name) : streamKey(frame.seed, 'scatter', draw)
    return within(['scatter'], () => scattered(written.scatter, key, frame))
  }
  if ('regular' in written) return within(['regular'], () => regular(written.regular, frame))
  const spikes = spikesFrom(written, frame.size, frame.files)
  spikes.times.forEach((time, i) => void within(['times', i], () => mustBeInFrame(time, written.times[i], frame)))
  return spikes
}

function mustBeInFrame(time: number, written: QuantityText, { every }: Frame): void {
  if (time < every) return
  throw new InputError(`found ${written}; a time before the end of the frame at ${every} ms is needed`)
}

function mustBeUnits([first, last]: UnitPair, { size }: Frame): void {
  if (first <= last && last < size) return
  throw new InputError(
    `found units ${first} to ${last}; [first, last] of the units 0 to ${size - 1} is needed`,
    ['units'],
  )
}

function fromFile({ file, first_unit = 0, ...may }: WrittenFile, { size, every, files, remark }: Frame): SpikeList {
  const path = pathFrom(files.file, file)
  return within(['file'], () => {
    const { spikes, dropped } = parsePattern(readFile(files.read, path, []), path, {
      size,
      every,
      firstUnit: first_unit,
      unsorted: may.unsorted === 'accept',
      outside: may.outside === 'drop',
      late: may.late === 'drop',
    })
    if (may.outside) remark(`spikes of units outside the population dropped from ${file}: ${dropped.outside}`)
    if (may.late) remark(`spikes at or after ${every} ms dropped from ${file}: ${dropped.late}`)
    return spikes
  })
}

function fromPicture({ picture, column, dark = true, rate }: WrittenPicture, key: Key, frame: Frame): SpikeList {
  const { files, size, every } = frame
  const columns = Math.round(every / quantityIn(column, ms))
  if (!(columns >= 1 && columns * size <= mostSpikes)) {
    throw new InputError(
      `found a column of ${column} in a frame of ${every} ms; 1 to ${Math.floor(mostSpikes / size)} columns are needed`,
      ['column'],
    )
  }
  const ink = within(['picture'], () => {
    const path = pathFrom(files.file, picture)
    return inkOf(readBytes(files.readBytes, path, []), path, dark)
  })
  const shape = { rows: size, columns, every, key }
  if (rate === undefined) return pictureSpikes(ink, shape)
  return within(['rate'], () => pictureSpikes(ink, { ...shape, rate: quantityIn(rate, hertz) }))
}

/** Gap n of unit i is word n % 4 of the block with counter (n / 4, 0, i, 0). */
function frozenPoisson(rate: QuantityText, units: UnitPair, key: Key, frame: Frame): SpikeList {
  mustBeUnits(units, frame)
  const [first, last] = units
  const perMs = quantityIn(rate, hertz)
  const mean = perMs * frame.every * (last - first + 1)
  if (mean > mostSpikes) {
    const found = `found ${rate}, about ${Math.round(mean)} spikes a frame`
    throw new InputError(`${found}; at most ${mostSpikes} are accepted`, ['rate'])
  }
  const spikes: SpikeList = { times: [], units: [] }
  if (perMs === 0) return spikes
  for (let unit = first; unit <= last; unit++) {
    let time = 0
    for (let n = 0; ; n++) {
      if (n % 4 === 0) philox(n / 4, 0, unit, 0, key[0], key[1], words)
      time += exponential(words[n % 4]) / perMs
      if (time >= frame.every) break
      spikes.times.push(time)
      spikes.units.push(unit)
    }
  }
  return spikes
}

/** Units take the times of the draw in their order, so that another group may have the same ones. */
function scattered(
  { units, from, to }: { units: UnitPair; from: QuantityText; to: QuantityText },
  key: Key,
  frame: Frame,
): SpikeList {
  mustBeUnits(units, frame)
  const [first, last] = units
  const [begin, end] = [quantityIn(from, ms), quantityIn(to, ms)]
  if (begin >= end) throw new InputError(`found ${to} after ${from}; a later time is needed`, ['to'])
  if (end > frame.every) {
    throw new InputError(`found ${to}; a time up to the end of the frame at ${frame.every} ms is needed`, ['to'])
  }
  const spikes: SpikeList = { times: [], units: [] }
  for (let unit = first; unit <= last; unit++) {
    philox(0, 0, unit - first, 0, key[0], key[1], words)
    spikes.times.push(begin + (end - begin) * uniform01(words[0]))
    spikes.units.push(unit)
  }
  return spikes
}

function regular({ units, at }: { units: UnitPair; at: QuantityText[] }, frame: Frame): SpikeList {
  mustBeUnits(units, frame)
  const [first, last] = units
  const spikes: SpikeList = { times: [], units: [] }
  at.forEach((written, i) => {
    const time = quantityIn(written, ms)
    within(['at', i], () => mustBeInFrame(time, written, frame))
    for (let unit = first; unit <= last; unit++) {
      spikes.times.push(time)
      spikes.units.push(unit)
    }
  })
  return spikes
}
