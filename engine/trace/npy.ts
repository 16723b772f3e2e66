/**
 * Arrays as NumPy reads them: .npy, format 1.0, or 2.0 and 3.0 where that is too small. A file holds either numbers of one type in a shape, or
 * records of named columns.
 */

export type Numbers = Float64Array | Float32Array | Uint32Array | Uint8Array

/** A column of records; `width` values a row if there are several. */
export interface RecordColumn {
  name: string
  values: Numbers
  width?: number
}

const descriptions: [new (length: number) => Numbers, string][] = [
  [Float64Array, '<f8'],
  [Float32Array, '<f4'],
  [Uint32Array, '<u4'],
  [Uint8Array, '|u1'],
]

function typeOf(values: Numbers): string {
  return (descriptions.find(([type]) => values instanceof type) as [unknown, string])[1]
}

/** An array of numbers in row-major order; one axis unless `shape` is given. */
export function npy(values: Numbers, shape: readonly number[] = [values.length]): Uint8Array {
  return joined(header(`'${typeOf(values)}'`, shape), new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
}

/** A structured array: one record a row, packed. */
export function npyRecords(columns: readonly RecordColumn[], rows: number): Uint8Array {
  return joined(npyRecordsHeader(columns, rows), recordBytes(columns, rows))
}

/** What stands before so many records; of the columns only names and types count. */
export function npyRecordsHeader(columns: readonly RecordColumn[], rows: number): Uint8Array<ArrayBuffer> {
  const fields = columns.map(({ name, values, width }) => {
    const shape = width === undefined ? '' : `, (${width},)`
    return `('${name.replace(/[\\']/g, '\\$&')}', '${typeOf(values)}'${shape})`
  })
  return header(`[${fields.join(', ')}]`, [rows])
}

/** The first `rows` records themselves. */
export function recordBytes(columns: readonly RecordColumn[], rows: number): Uint8Array<ArrayBuffer> {
  const widths = columns.map(({ values, width = 1 }) => values.BYTES_PER_ELEMENT * width)
  const record = widths.reduce((sum, width) => sum + width, 0)
  const data = new Uint8Array(record * rows)
  let offset = 0
  columns.forEach(({ values }, c) => {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    const width = widths[c]
    for (let row = 0; row < rows; row++) {
      const [from, to] = [row * width, row * record + offset]
      for (let byte = 0; byte < width; byte++) data[to + byte] = bytes[from + byte]
    }
    offset += width
  })
  return data
}

function header(description: string, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const text = new TextEncoder().encode(`{'descr': ${description}, 'fortran_order': False, 'shape': (${axes}), }`)
  // version 1.0 has 16 bits for the length; names beyond ASCII need 3.0, which is UTF-8
  const version = text.some((byte) => byte > 127) ? 3 : text.length < 60_000 ? 1 : 2
  const before = version === 1 ? 10 : 12
  const length = Math.ceil((before + text.length + 1) / 64) * 64 - before
  const bytes = new Uint8Array(before + length).fill(0x20)
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0])
  const view = new DataView(bytes.buffer)
  if (version === 1) view.setUint16(8, length, true)
  else view.setUint32(8, length, true)
  bytes.set(text, before)
  bytes[bytes.length - 1] = 0x0a
  return bytes
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(a.length + b.length)
  bytes.set(a)
  bytes.set(b, a.length)
  return bytes
}
