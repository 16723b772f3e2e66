/** A source that is read in few large pieces: asking the browser for 40 bytes costs as much as for a megabyte. */
import type { TraceSource } from '../../engine/trace/index.ts'

/** Of a piece at first, and of one when reading has gone on in order for long. */
const pieceBytes = 1 << 20
const longPieceBytes = 4 << 20
/** From which on a piece is fetched: descriptors far apart are read one by one, chunks one after the other. */
const smallBytes = 4096

export function readAhead(source: TraceSource): TraceSource {
  let piece: Uint8Array = new Uint8Array(0)
  let start = 0
  return {
    size: source.size,
    read(offset, length) {
      const inside = offset >= start && offset + length <= start + piece.length
      if (!inside) {
        // a read that begins inside the piece or just after it goes on in order
        const goesOn = offset >= start && offset <= start + piece.length
        const ahead = goesOn ? Math.min(longPieceBytes, Math.max(pieceBytes, 2 * piece.length)) : length > smallBytes ? pieceBytes : smallBytes
        const wanted = Math.max(length, ahead)
        start = offset
        piece = source.read(offset, Math.min(wanted, source.size - offset))
      }
      return piece.subarray(offset - start, offset - start + length)
    },
  }
}
