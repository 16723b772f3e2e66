/** The same trace of another scenario: header and index of the footer are written anew, the blocks are copied as they are. */
import { assert, InputError } from '../errors.ts'
import { blockTypes } from './columns.ts'
import { readContents } from './contents.ts'
import { descriptorBytes, encodeBlock, encodeFooter, encodePreamble, encodeTrailer, preambleBytes, readDescriptor, readTrailer, type TraceSource } from './format.ts'
import { encodeHeader } from './header.ts'

/**
 * The parts of the file, in order: those that a writer would have written, had `scenario` (canonical JSON) stood in its header.
 * Throws `InputError` for a trace that is not complete.
 */
export function withScenario(source: TraceSource, scenario: string): Uint8Array[] {
  const { header, footer, damage } = readContents(source)
  if (!footer || damage) throw new InputError(`found ${damage ?? 'a trace without an end'}; a complete trace is needed`)
  const { found } = readDescriptor(source, preambleBytes)
  const end = readTrailer(source)
  assert(found && end !== undefined, 'a complete trace has header and trailer')
  const start = found.offset + descriptorBytes + found.length
  const encoded = encodeBlock({ type: blockTypes.header, subject: 0, count: 1, first: 0, last: 0 }, [encodeHeader({ ...header, scenario })])
  const shift = preambleBytes + encoded.length - start
  return [
    encodePreamble(),
    encoded,
    source.read(start, end - start),
    encodeFooter({ ...footer, chunks: footer.chunks.map((chunk) => ({ ...chunk, offset: chunk.offset + shift })) }),
    encodeTrailer(end + shift),
  ]
}
