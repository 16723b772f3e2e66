/** The same trace with another header: the blocks are copied as they are, the index of the footer is moved. */
import { assert, InputError } from '../errors.ts'
import { blockTypes } from './columns.ts'
import { readContents } from './contents.ts'
import { descriptorBytes, encodeBlock, encodeFooter, encodePreamble, encodeTrailer, preambleBytes, readDescriptor, readTrailer, type TraceSource } from './format.ts'
import { encodeHeader, type TraceHeader } from './header.ts'

/**
 * The parts of the file, in order: those that a writer would have written under `header`. Its populations, samples and weights are
 * those of the trace. Throws `InputError` for a trace that is not complete.
 */
export function withHeader(source: TraceSource, header: TraceHeader): Uint8Array[] {
  const { header: before, footer, damage } = readContents(source)
  if (!footer || damage) throw new InputError(`found ${damage ?? 'a trace without an end'}; a complete trace is needed`)
  const subjects = ({ populations, samples, weights, precision }: TraceHeader) => JSON.stringify([populations, samples, weights, precision])
  assert(subjects(before) === subjects(header), 'the new header speaks of what the trace holds')
  const found = readDescriptor(source, preambleBytes).found
  const end = readTrailer(source)
  assert(found && end !== undefined, 'a complete trace has header and trailer')
  const start = found.offset + descriptorBytes + found.length
  const encoded = encodeBlock({ type: blockTypes.header, subject: 0, count: 1, first: 0, last: 0 }, [encodeHeader(header)])
  const shift = encoded.length - (start - preambleBytes)
  return [
    encodePreamble(),
    encoded,
    source.read(start, end - start),
    encodeFooter({ ...footer, chunks: footer.chunks.map((chunk) => ({ ...chunk, offset: chunk.offset + shift })) }),
    encodeTrailer(end + shift),
  ]
}
