/**
 * Finds out what a trace contains, trusting nothing: by its trailer and footer, or, where these are missing or wrong,
 * by going from descriptor to descriptor. Every block returned lies within the file, and its length fits its rows.
 */
import { InputError } from '../errors.ts'
import { blockTypes, chunkColumns, columnsBytes } from './columns.ts'
import { type Block, checkPreamble, decodeFooter, descriptorBytes, type Footer, preambleBytes } from './format.ts'
import { readDescriptor, readPayload, readTrailer, trailerBytes, type TraceSource } from './format.ts'
import { decodeHeader, type TraceHeader } from './header.ts'

export interface Contents {
  header: TraceHeader
  /** In the order of the file; header and footer are not among them. */
  blocks: Block[]
  /** Missing if the run was killed or the footer is damaged. */
  footer?: Footer
  /** What was found wrong, in one sentence. */
  damage?: string
}
type Index = Omit<Contents, 'header'>

/** Header and index. Throws `InputError` if `source` is no trace, or if its header cannot be read. */
export function readContents(source: TraceSource): Contents {
  checkPreamble(source)
  const { header, end } = readHeader(source)
  return { header, ...(readIndex(source, header, end) ?? scan(source, header, end)) }
}

function readHeader(source: TraceSource): { header: TraceHeader; end: number } {
  const { found, wrong } = readDescriptor(source, preambleBytes)
  if (!found) throw new InputError(wrong ? `${wrong}; the header cannot be read` : 'this trace ends within its header')
  if (found.type !== blockTypes.header) {
    throw new InputError(`found a block of type ${found.type} at byte ${preambleBytes}; the header is needed there`)
  }
  return { header: decodeHeader(readPayload(source, found, 'the header')), end: after(found) }
}

/** The chunks as trailer and footer tell them; undefined if these are missing or cannot be believed. */
function readIndex(source: TraceSource, header: TraceHeader, start: number): Index | undefined {
  const offset = readTrailer(source)
  if (offset === undefined) return undefined
  const { found } = readDescriptor(source, offset, source.size - trailerBytes)
  if (!found || found.type !== blockTypes.footer || after(found) !== source.size - trailerBytes) return undefined
  const { footer } = readFooter(source, header, found, start)
  return footer && { blocks: footer.chunks, footer }
}

function readFooter(
  source: TraceSource,
  header: TraceHeader,
  block: Block,
  start: number,
): { footer?: Footer; wrong?: string } {
  try {
    const footer = decodeFooter(readPayload(source, block, 'the footer'), header.populations.length)
    const check = blockCheck(header, start)
    let end = start
    for (const chunk of footer.chunks) {
      const wrong = check(chunk)
      if (wrong) return { wrong: `the footer at byte ${block.offset} is wrong: ${wrong}` }
      end = after(chunk)
    }
    if (end === block.offset) return { footer }
    return { wrong: `the footer at byte ${block.offset} is wrong: its chunks end at byte ${end}` }
  } catch (error) {
    if (error instanceof InputError) return { wrong: error.message }
    throw error
  }
}

/** Go from descriptor to descriptor, as far as they are whole. */
function scan(source: TraceSource, header: TraceHeader, start: number): Index {
  const blocks: Block[] = []
  const check = blockCheck(header, start)
  let offset = start
  while (offset < source.size) {
    const { found, wrong } = readDescriptor(source, offset)
    if (wrong) return { blocks, damage: `${wrong}; the ${source.size - offset} bytes from there on are not read` }
    if (!found) return { blocks }
    if (found.type === blockTypes.footer) {
      const { footer, wrong } = readFooter(source, header, found, start)
      if (!footer) return { blocks, damage: wrong }
      return { blocks: footer.chunks, footer, damage: `the trailer at byte ${after(found)} is missing or damaged` }
    }
    const odd = check(found)
    if (odd) return { blocks, damage: `${odd}; the ${source.size - offset} bytes from there on are not read` }
    blocks.push(found)
    offset = after(found)
  }
  return { blocks }
}

/** Says in words what is wrong with the next block, given those before it: blocks follow each other without gaps. */
function blockCheck(header: TraceHeader, start: number): (block: Block) => string | undefined {
  const lastTimes = new Map<string, number>()
  let offset = start
  return (block) => {
    if (block.offset !== offset) return `a chunk is said to be at byte ${block.offset}; it must be at byte ${offset}`
    offset = after(block)
    let specs: ReturnType<typeof chunkColumns>
    try {
      specs = chunkColumns(header, block.type, block.subject)
    } catch (error) {
      if (error instanceof InputError) return `the chunk at byte ${block.offset}: ${error.reason}`
      throw error
    }
    if (!specs) return undefined
    if (columnsBytes(specs, block.count) !== block.length) {
      return `the chunk at byte ${block.offset} has ${block.length} bytes, which do not hold ${block.count} rows`
    }
    const key = `${block.type} ${block.subject}`
    const ordered = block.first >= (lastTimes.get(key) ?? 0) && block.last >= block.first && block.last < Infinity
    if (!ordered) return `the chunk at byte ${block.offset} goes from ${block.first} to ${block.last} ms, out of order`
    lastTimes.set(key, block.last)
    return undefined
  }
}

function after(block: Block): number {
  return block.offset + descriptorBytes + block.length
}
