/** A trace on the server that the page comes from: read in ranges where the server knows them, else fetched whole. */
import { InputError } from '../../engine/errors.ts'
import { bytesSource, type TraceSource } from '../../engine/trace/index.ts'

export interface FetchedTrace {
  source: TraceSource
  /** The file, whole. */
  file(): Blob
}

export function urlSource(url: string): FetchedTrace {
  const asked = request(url, 'bytes=0-15')
  const size = Number(/\/(\d+)$/.exec(asked.getResponseHeader('Content-Range') ?? '')?.[1])
  if (asked.status === 206 && Number.isSafeInteger(size)) return { source: rangeSource(url, size), file: () => new Blob([request(url).response]) }
  // 200: the server has sent everything; 206 without a size: it says too little
  const whole = asked.status === 200 ? asked.response : request(url).response
  return { source: bytesSource(new Uint8Array(whole)), file: () => new Blob([whole]) }
}

function rangeSource(url: string, size: number): TraceSource {
  // one for all ranges: each keeps its answer until it asks again or is collected, which is late
  const xhr = new XMLHttpRequest()
  return {
    size,
    read(offset, length) {
      if (length === 0) return new Uint8Array(0)
      const bytes = new Uint8Array(request(url, `bytes=${offset}-${offset + length - 1}`, xhr).response)
      if (bytes.length === length) return bytes
      throw new InputError(`${url}: found ${bytes.length} bytes at byte ${offset}; ${length} are needed; has the file changed?`)
    },
  }
}

function request(url: string, range?: string, xhr = new XMLHttpRequest()): XMLHttpRequest & { response: ArrayBuffer } {
  xhr.open('GET', url, false)
  xhr.responseType = 'arraybuffer'
  if (range) xhr.setRequestHeader('Range', range)
  try {
    xhr.send()
  } catch {
    throw new InputError(`${url}: the server does not answer`)
  }
  // 416: the file is shorter than the range asked for
  if (xhr.status === 416) return request(url)
  if (xhr.status !== 200 && xhr.status !== 206) throw new InputError(`${url}: the server answers ${xhr.status}; a trace .hlk is needed there`)
  return xhr
}
