/**
 * The server of `hillock view`: the built page and what was asked for, to this machine alone. A path is answered only if it is on
 * one of two lists, which the answers are looked up in and never joined to a folder's name: there is nothing to climb out of.
 */
import { createReadStream, readdirSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, relative, sep } from 'node:path'
import sirv from 'sirv'
import { InputError } from '../engine/errors.ts'
import { pageHeaders } from './page-headers.ts'

/** A file is read when it is asked for, as long as it is then; anything else is sent as it is. */
export type Answer = { file: string } | { type: string; body: string | Uint8Array }

export interface Site {
  /** Folder of the built page. */
  page: string
  /** What else there is, by path without the first slash; undefined where there is nothing. */
  answer(path: string): Promise<Answer | undefined> | Answer | undefined
}

export interface RunningServer {
  port: number
  url: string
  close(): Promise<void>
}

const host = '127.0.0.1'

/** Port 0 is a free one. Throws `InputError` where the port cannot be had. */
export async function serve(site: Site, port = 0): Promise<RunningServer> {
  const server = createServer()
  await listening(server, port)
  const { port: given } = server.address() as AddressInfo
  // a page of another host whose name leads here would send that name: it gets nothing
  const hosts = [host, 'localhost'].flatMap((name) => [`${name}:${given}`, ...(given === 80 ? [name] : [])])
  const page = pageOf(site.page)
  server.on('request', (request, response) => {
    respond(request, response, hosts, page, site).catch(() => {
      if (response.headersSent) response.destroy()
      else refuse(response, 500, 'this cannot be read')
    })
  })
  return {
    port: given,
    url: `http://${host}:${given}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function listening(server: Server, port: number): Promise<void> {
  const words: Record<string, string> = { EADDRINUSE: 'is taken by another program', EACCES: 'may not be used by this user' }
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = words[error.code ?? '']
      reject(why ? new InputError(`--port ${port}: it ${why}; another one is needed, or none for a free one`) : error)
    })
    server.listen(port, host, resolve)
  })
}

type Page = (request: IncomingMessage, response: ServerResponse, next: () => void) => void

/** The files that are there now, by the very path they are asked for with; links are not among them. */
function pageOf(folder: string): Page {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = entries.map((entry) => `/${relative(folder, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join('/')}`)
  const known = new Set(['/', ...paths])
  const send = sirv(folder, {
    setHeaders: (response, path) => {
      // names in assets/ change with what they hold
      response.setHeader('Cache-Control', path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  return (request, response, next) => {
    if (known.has((request.url ?? '').replace(/\?.*/, ''))) send(request, response, next)
    else next()
  }
}

async function respond(request: IncomingMessage, response: ServerResponse, hosts: readonly string[], page: Page, site: Site): Promise<void> {
  for (const [name, value] of Object.entries(pageHeaders())) response.setHeader(name, value)
  response.setHeader('Cache-Control', 'no-store')
  if (!hosts.includes(request.headers.host?.toLowerCase() ?? '')) return refuse(response, 403, 'only this machine is answered')
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD')
    return refuse(response, 405, 'only GET and HEAD are answered')
  }
  const path = /^\/([^?#]*)/.exec(request.url ?? '')?.[1]
  if (path === undefined) return refuse(response, 400, 'a path is needed')
  const answer = await site.answer(path)
  if (answer === undefined) {
    // files of the page are sent whole
    delete request.headers.range
    page(request, response, () => refuse(response, 404, 'there is nothing here'))
  } else if ('file' in answer) sendFile(answer.file, request, response)
  else {
    const body = Buffer.from(answer.body)
    response.writeHead(200, { 'Content-Type': answer.type, 'Content-Length': body.length })
    response.end(body)
  }
}

function refuse(response: ServerResponse, status: number, why: string): void {
  const body = `${why}\n`
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': Buffer.byteLength(body) })
  response.end(body)
}

function sendFile(file: string, request: IncomingMessage, response: ServerResponse): void {
  const stat = statSync(file, { throwIfNoEntry: false })
  const size = stat?.isFile() ? stat.size : undefined
  const range = size === undefined ? undefined : rangeOf(request.headers.range, size)
  if (size === undefined) refuse(response, 404, 'no such file')
  else if (range === 'beyond') {
    response.setHeader('Content-Range', `bytes */${size}`)
    refuse(response, 416, `the file has ${size} bytes`)
  } else {
    const { first, end } = range ?? { first: 0, end: size }
    response.writeHead(range ? 206 : 200, {
      'Content-Type': 'application/octet-stream',
      'Content-Length': end - first,
      'Accept-Ranges': 'bytes',
      ...(range && { 'Content-Range': `bytes ${first}-${end - 1}/${size}` }),
    })
    if (request.method === 'HEAD' || end === first) response.end()
    else send(file, first, end, response)
  }
}

function send(file: string, first: number, end: number, response: ServerResponse): void {
  const stream = createReadStream(file, { start: first, end: end - 1 })
  // a file that became shorter meanwhile: less than was promised must not look whole
  stream.on('end', () => (stream.bytesRead === end - first ? response.end() : response.destroy()))
  stream.on('error', () => response.destroy())
  response.on('close', () => stream.destroy())
  stream.pipe(response, { end: false })
}

/** `bytes=10-19`, `bytes=10-`, `bytes=-10` (RFC 9110, 14.1); undefined, the whole file, for several ranges and what is none. */
function rangeOf(header: string | undefined, size: number): { first: number; end: number } | 'beyond' | undefined {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? []
  if (from === undefined || (from === '' && to === '')) return undefined
  if (from === '') return Number(to) === 0 || size === 0 ? 'beyond' : { first: Math.max(0, size - Number(to)), end: size }
  if (to !== '' && Number(to) < Number(from)) return undefined
  if (Number(from) >= size) return 'beyond'
  return { first: Number(from), end: to === '' ? size : Math.min(size, Number(to) + 1) }
}
