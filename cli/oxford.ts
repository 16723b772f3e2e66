/**
 * The picture task that was published with SuperSpike, beside what an independent program that takes the published steps gave.
 * Its rasters are not part of Hillock (MIT licence, in the authors' benchmarks for supervised learning): a folder is given.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Learned, Training } from '../bench/networks/precise-timing.ts'
import { mean } from '../analysis/moments.ts'
import { InputError } from '../engine/errors.ts'
import { readText } from './scenario-file.ts'
import { duration, seconds } from './text.ts'

const seeds = [1, 2]
const full = 1020
const early = 180
const times = [20, 40, 60, 120, 180, 240, 300, 360, 420, 480, 540, 600, 660, 720, 780, 840, 900, 960, 1020]
/** Loss (Hz) of the reference runs, one seed. */
const reference = {
  symmetric: [214.6, 106.6, 57.25, 38.77, 30.88, 28.13, 26.48, 24.4, 23.21, 16.19, 16.94, 17, 16.64, 16.86, 17.05, 16.89, 16.36, 16.68, 16.94],
  none: [null, null, 52.2, 30.9, 25.5],
}

type Kind = { name: string; until: number; training: Omit<Training, 'seed'> }
const picture = { hidden: 256, burnIn: 20, slower: 420 }
const kinds = {
  symmetric: { name: 'symmetric feedback', until: full, training: picture },
  none: { name: 'no hidden layer', until: full, training: { ...picture, hidden: 0 } },
  random: { name: 'random feedback', until: early, training: { ...picture, feedback: 'random' } },
  regularised: { name: 'random feedback, regulariser (rho 1)', until: early, training: { ...picture, feedback: 'random', rho: 1 } },
} as const satisfies Record<string, Kind>
type Name = keyof typeof kinds

/** A section of the report, and whether all that is expected holds. */
export async function reproduceOxford(folder: string): Promise<{ section: string; holds: boolean }> {
  for (const name of ['input.ras', 'target.ras']) {
    if (!existsSync(join(folder, name))) throw new InputError(`--oxford: found no ${name} in "${folder}"; the published rasters input.ras and target.ras are needed`)
  }
  const { learn, oxfordTask, precisionNetwork } = await import('../bench/networks/precise-timing.ts')
  const task = oxfordTask((file) => readText(join(folder, file.slice(file.lastIndexOf('/') + 1))))
  const results = {} as Record<Name, Learned[]>
  for (const kind of Object.keys(kinds) as Name[]) {
    const { name, until, training } = kinds[kind]
    results[kind] = []
    for (const seed of seeds) {
      process.stderr.write(`published picture, ${name}, seed ${seed} ...\n`)
      results[kind].push(await learn(precisionNetwork(task, { ...training, seed }), until))
    }
  }
  return oxfordSection(results)
}

function oxfordSection(results: Record<Name, Learned[]>): { section: string; holds: boolean } {
  const at = (kind: Name, t: number) => results[kind].map(({ loss }) => loss[t / 5])
  const curve = times.map((t, k) => {
    const cells = (['symmetric', 'none'] as const).flatMap((kind) => [number(reference[kind][k]), ...at(kind, t).map(number)])
    return `| ${[duration(1000 * t), ...cells].join(' | ')} |`
  })
  const heads = (what: string) => [`${what}, reference`, ...seeds.map((seed) => `ours, seed ${seed}`)]
  const rates = (kind: Name, of: string) => results[kind].map((r) => r.rates[of])
  const [symmetric, regularised, random] = (['symmetric', 'regularised', 'random'] as const).map((kind) => at(kind, early))
  const rows: [what: string, published: string, accepted: string, ours: string, holds: boolean][] = [
    row('loss at the end, symmetric feedback', '16.9 (silent output 210.2)', [0, 20], at('symmetric', full)),
    row('rate of the outputs at the end (Hz)', '27.6; target 27.4', [26.7, 28.1], rates('symmetric', 'output')),
    row('rate of the hidden units at the end (Hz)', '8.3, rising slowly from 5.3', undefined, rates('symmetric', 'hidden')),
    row('loss at the end, no hidden layer', 'none', undefined, at('none', full)),
    row('loss at 180 s, symmetric feedback', '30.9, 32.4', undefined, symmetric),
    row('loss at 180 s, random feedback and regulariser', '78.4 (hidden units 22 Hz)', undefined, regularised),
    row('loss at 180 s, random feedback', '196.6 (hidden units 92 Hz)', undefined, random),
    row('rate of the hidden units at 180 s (Hz), random feedback and regulariser', '22', undefined, rates('regularised', 'hidden')),
    row('rate of the hidden units at 180 s (Hz), random feedback', '92', undefined, rates('random', 'hidden')),
    [
      'at 180 s: symmetric below random with regulariser below random', 'that order', 'every seed', '',
      seeds.every((_, k) => symmetric[k] < regularised[k] && regularised[k] < random[k]),
    ],
  ]
  const wall = (kind: Name) => seconds(mean(results[kind].map((r) => r.wall)))
  const section = `## The picture that was published with SuperSpike

\`npx hillock reproduce --oxford FOLDER\`, the rasters of the paper's "Oxford" task in that folder (they are not part of Hillock): 200 frozen
inputs, 256 hidden units or none, 200 outputs, frames of 18,899 steps, burn-in 20 s, eta a tenth from 420 s on. ${duration(1000 * full)} simulated in
${wall('symmetric')} with hidden layer and ${wall('none')} without. Reference: an independent program that takes the steps of the
published one, since the paper prints no loss. The outputs without hidden layer learn this picture faster: it is no argument for hidden layers, for which
\`superspike-xor\` is.

| what | reference | accepted | ours, seeds ${seeds.join(', ')} | holds |
|---|---|---|---|---|
${rows.map(([what, published, accepted, ours, holds]) => `| ${what} | ${published} | ${accepted || '–'} | ${ours} | ${accepted ? (holds ? 'yes' : 'no') : ''} |`).join('\n')}

Loss (Hz) over time:

| time | ${[...heads('symmetric'), ...heads('no hidden layer')].join(' | ')} |
|---|${'---|'.repeat(2 * (seeds.length + 1))}
${curve.join('\n')}
`
  return { section, holds: rows.every((r) => r[4]) }
}

function row(what: string, published: string, accept: [number, number] | undefined, ours: number[]): [string, string, string, string, boolean] {
  const holds = !accept || ours.every((x) => x >= accept[0] && x <= accept[1])
  return [what, published, accept ? accept.join(' to ') : '', ours.map(number).join(', '), holds]
}

const number = (x: number | null | undefined) => (x === null || x === undefined || !Number.isFinite(x) ? '–' : x.toFixed(1))
