/** Spikes and currents as a scenario writes them, or names a file for -> numbers in the engine's units. */
import type { Current, SpikeList } from '../engine/description.ts'
import { InputError, within } from '../engine/errors.ts'
import { dimensionName, parseQuantity, parseUnit, quantityIn, same } from '../engine/units.ts'
import type { Dimension } from '../engine/units.ts'
import { readFile } from './include.ts'
import type { BytesReader, FileReader } from './paths.ts'
import { pathFrom } from './paths.ts'
import { parseSamplesCsv, parseSpikes } from './rasters.ts'
import { ms } from './shapes.ts'
import type { WrittenCurrent, WrittenSamples, WrittenSpikes } from './values-schema.ts'

/** How the files that a scenario names are read. */
export interface Files {
  /** The scenario's own file, where it has one. */
  file?: string
  read: FileReader
  /** For pictures; without it there are none. */
  readBytes?: BytesReader
}

/** Spikes of units below `size`. Throws `InputError`; a mistake in a file of spikes has its place there. */
export function spikesFrom(written: WrittenSpikes, size: number, files: Files): SpikeList {
  if ('file' in written) {
    const path = pathFrom(files.file, written.file)
    return within(['file'], () => parseSpikes(readFile(files.read, path, []), path, size))
  }
  const { times, units } = written
  if (times.length !== units.length)
    throw new InputError(`found ${times.length} times and ${units.length} units; as many are needed`)
  units.forEach((unit, i) => {
    if (unit >= size) throw new InputError(`found unit ${unit}; a unit from 0 to ${size - 1} is needed`, ['units', i])
  })
  return { times: times.map((time) => quantityIn(time, ms)), units }
}

/** `unit` is what the model injects the current in, where that is known. */
export function currentFrom(written: WrittenCurrent, unit: string | undefined, files: Files): Current {
  if (!('samples' in written)) return written
  return { samples: within(['samples'], () => samplesFrom(written.samples, unit, files)) }
}

function samplesFrom(
  written: WrittenSamples,
  unit: string | undefined,
  files: Files,
): { times: number[]; values: number[] } {
  const needed = unit === undefined ? undefined : parseUnit(unit).dimension
  if ('file' in written) {
    within(['unit'], () => mustBe(written.unit, parseUnit(written.unit).dimension, needed))
    const path = pathFrom(files.file, written.file)
    return within(['file'], () => parseSamplesCsv(readFile(files.read, path, []), written.unit, path))
  }
  if (written.times.length !== written.values.length) {
    throw new InputError(`found ${written.times.length} times and ${written.values.length} values; as many are needed`)
  }
  const times = written.times.map((time) => quantityIn(time, ms))
  times.forEach((time, i) => {
    if (i > 0 && time <= times[i - 1])
      throw new InputError(`found ${written.times[i]} after ${written.times[i - 1]}; times must ascend`, ['times', i])
  })
  const first = needed ?? parseQuantity(written.values[0]).dimension
  const values = written.values.map((value, i) => within(['values', i], () => quantityIn(value, first)))
  return { times, values }
}

function mustBe(text: string, found: Dimension, needed: Dimension | undefined): void {
  if (needed && !same(found, needed)) {
    throw new InputError(`found the unit ${text}, which is ${dimensionName(found)}; ${dimensionName(needed)} is needed`)
  }
}
