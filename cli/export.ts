/** `hillock export`: events, samples or weights of a trace as CSV, or as arrays for NumPy. */
import { Command, Option } from 'commander'
import { kinds } from '../engine/description.ts'
import { InputError } from '../engine/errors.ts'
import type { Trace } from '../engine/trace/index.ts'
import { FileFailure } from './failure.ts'
import { npy, npyRecords, npz } from './npy.ts'
import { say } from './text.ts'
import { openTraceFile, writeWhole } from './trace-file.ts'

interface Options {
  format: 'csv' | 'npy' | 'npz'
  population?: string
  samples?: string
  weights?: string
  out?: string
}

const help = `
CSV goes to the terminal unless --out is given; .npy and .npz go beside the trace.
What is exported: --population its events, --samples a request of samples, --weights a projection's weights;
without these csv and npy take the events of the only population, and npz takes everything.
The kind of an event is a sum of ${Object.entries(kinds).map(([name, bit]) => `${bit} ${name}`).join(', ')}.

Examples:
  hillock export out/my.hlk --population cells > spikes.csv
  hillock export out/my.hlk --format npy --samples membrane --out membrane.npy
  hillock export out/my.hlk --format npz       then in Python: numpy.load('out/my.npz')['cells.time_ms']`

export function exportCommand(done: (code: number) => void): Command {
  return new Command('export')
    .description('turn a trace into CSV, or into arrays for NumPy')
    .argument('<trace>', 'a trace .hlk')
    .addOption(new Option('--format <format>', 'csv, npy or npz').choices(['csv', 'npy', 'npz']).default('csv'))
    .addOption(new Option('--population <name>', 'events of a population').conflicts(['samples', 'weights']))
    .addOption(new Option('--samples <name>', 'a request of samples').conflicts(['weights']))
    .option('--weights <name>', "weights of a projection: in CSV at all times that were kept, else at the run's end")
    .option('--out <file>', 'where it goes')
    .addHelpText('after', help)
    .action((file: string, options: Options) => done(exportTrace(file, options)))
}

function exportTrace(file: string, options: Options): number {
  const { trace, close } = openTraceFile(file)
  try {
    const what = subject(options)
    if (options.format === 'csv') {
      const lines = csv(trace, what ?? only(trace))
      if (options.out) writeLines(options.out, lines)
      else writeOut(lines)
      return 0
    }
    const base = file.replace(/\.hlk$/, '')
    const bytes = options.format === 'npz' ? everything(trace, what) : records(trace, what ?? only(trace))
    const out = options.out ?? `${base}${what ? `.${what.name}` : ''}.${options.format}`
    writeWhole(out, bytes)
    say(out)
    return 0
  } finally {
    close()
  }
}

interface Subject {
  kind: 'events' | 'samples' | 'weights'
  name: string
}

function subject({ population, samples, weights }: Options): Subject | undefined {
  if (population !== undefined) return { kind: 'events', name: population }
  if (samples !== undefined) return { kind: 'samples', name: samples }
  return weights === undefined ? undefined : { kind: 'weights', name: weights }
}

function only({ header }: Trace): Subject {
  const kept = header.populations.filter((p) => p.events !== false)
  if (kept.length === 1) return { kind: 'events', name: kept[0].name }
  const names = [...kept.map((p) => `--population ${p.name}`), ...header.samples.map((s) => `--samples ${s.name}`), ...header.weights.map((w) => `--weights ${w.name}`)]
  throw new InputError(`found ${names.length} things to export; one is needed: ${names.join(', ')}`)
}

function* csv(trace: Trace, { kind, name }: Subject): Generator<string> {
  if (kind === 'events') {
    const { times, sources, kinds: bits } = trace.events(name)
    // a plain list of spikes can be read back as `spikes: {file: ...}`; other events have no place in one
    const plain = bits.every((bit) => bit === kinds.spike)
    yield plain ? 'time_ms,unit' : 'time_ms,unit,kind'
    for (let i = 0; i < times.length; i++) yield plain ? `${times[i]},${sources[i]}` : `${times[i]},${sources[i]},${bits[i]}`
  } else if (kind === 'samples') {
    const { times, variables, units, values } = trace.samples(name)
    const one = units.length === 0
    yield ['time_ms', ...(one ? [] : ['unit']), ...variables].join(',')
    for (let i = 0; i < times.length; i++) {
      if (one) yield [times[i], ...variables.map((v) => values[v][i])].join(',')
      for (const [u, unit] of units.entries()) yield [times[i], unit, ...variables.map((v) => values[v][i * units.length + u])].join(',')
    }
  } else {
    yield 'time_ms,source,target,weight'
    for (const { time, sources, targets, weights } of trace.weights(name)) {
      for (let i = 0; i < weights.length; i++) yield `${time},${sources[i]},${targets[i]},${weights[i]}`
    }
  }
}

/** One structured array. */
function records(trace: Trace, { kind, name }: Subject): Uint8Array {
  if (kind === 'events') {
    const { times, sources, kinds: bits } = trace.events(name)
    return npyRecords([{ name: 'time_ms', values: times }, { name: 'unit', values: sources }, { name: 'kind', values: bits }], times.length)
  }
  if (kind === 'samples') {
    const { times, variables, units, values } = trace.samples(name)
    return npyRecords([{ name: 'time_ms', values: times }, ...variables.map((v) => ({ name: v, values: values[v], width: units.length || undefined }))], times.length)
  }
  const { sources, targets, weights } = last(trace, name)
  return npyRecords([{ name: 'source', values: sources }, { name: 'target', values: targets }, { name: 'weight', values: weights }], weights.length)
}

/**
 * Plain arrays by name: `cells.time_ms`, `membrane.V` (times x units), `forward.weight`; and `forward.weights` (times x
 * connections) with `forward.time_ms` where weights were kept more than once.
 */
function everything(trace: Trace, what: Subject | undefined): Uint8Array {
  const arrays = new Map<string, Uint8Array>()
  const wanted = (kind: Subject['kind'], name: string) => !what || (what.kind === kind && what.name === name)
  for (const { name, events } of trace.header.populations) {
    if (events === false || !wanted('events', name)) continue
    const { times, sources, kinds: bits } = trace.events(name)
    arrays.set(`${name}.time_ms`, npy(times)).set(`${name}.unit`, npy(sources)).set(`${name}.kind`, npy(bits))
  }
  for (const { name } of trace.header.samples.filter((s) => wanted('samples', s.name))) {
    const { times, variables, units, values } = trace.samples(name)
    arrays.set(`${name}.time_ms`, npy(times))
    if (units.length > 0) arrays.set(`${name}.unit`, npy(Uint32Array.from(units)))
    for (const v of variables) arrays.set(`${name}.${v}`, npy(values[v], units.length > 0 ? [times.length, units.length] : undefined))
  }
  for (const { name } of trace.header.weights.filter((w) => wanted('weights', w.name))) {
    const { sources, targets, weights } = last(trace, name)
    arrays.set(`${name}.source`, npy(sources)).set(`${name}.target`, npy(targets)).set(`${name}.weight`, npy(weights))
    const all = trace.weights(name)
    if (all.length < 2) continue
    const over = weights instanceof Float32Array ? new Float32Array(all.length * weights.length) : new Float64Array(all.length * weights.length)
    all.forEach((at, k) => void over.set(at.weights, k * weights.length))
    arrays.set(`${name}.time_ms`, npy(Float64Array.from(all, (at) => at.time))).set(`${name}.weights`, npy(over, [all.length, weights.length]))
  }
  // nothing of this name: the trace says what it knows
  if (what && arrays.size === 0) records(trace, what)
  return npz(arrays)
}

function last(trace: Trace, name: string) {
  const kept = trace.weights(name).at(-1)
  if (!kept) throw new InputError(`found no weights of "${name}"; a run that was not stopped keeps them at its end`)
  return kept
}

function writeOut(lines: Iterable<string>): void {
  for (const text of blocks(lines)) process.stdout.write(text)
}

function writeLines(file: string, lines: Iterable<string>): void {
  const text = [...blocks(lines)].join('')
  if (text.length > 2 ** 29) throw new FileFailure(`${file}: a table of ${text.length} characters is too long; npz holds more`)
  writeWhole(file, new TextEncoder().encode(text))
}

function* blocks(lines: Iterable<string>): Generator<string> {
  let text = ''
  for (const line of lines) {
    text += `${line}\n`
    if (text.length > 60_000) {
      yield text
      text = ''
    }
  }
  yield text
}
