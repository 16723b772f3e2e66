/**
 * Who is connected to whom: rows of targets, one row a source, in ascending order of target.
 * Every draw is keyed by (seed, projection's name, source or target), never by the order of calls.
 */
import type { Connector } from './description.ts'
import { log1p } from './elementary.ts'
import { InputError } from './errors.ts'
import { geometricGap, integerBelow, type Key, philox, uniform52 } from './random.ts'

type Targets = Uint16Array | Uint32Array

export interface Connections {
  /** Row s is targets[starts[s]] ... targets[starts[s + 1] - 1]. */
  starts: Uint32Array
  length: number
  /** Drawn when they are first asked for. */
  readonly targets: Targets
  /** Draws the targets into a place of their own, so that they are never there twice. */
  write(into: Targets): void
}

/** Connections whose targets `write` can put anywhere. */
function drawn(starts: Uint32Array, ends: Ends, write: (into: Targets) => void): Connections {
  const length = starts[starts.length - 1]
  if (length > mostConnections) throw tooMany(length)
  let kept: Targets | undefined
  return {
    starts,
    length,
    write,
    get targets() {
      if (!kept) {
        kept = ends.targets <= 65536 ? new Uint16Array(length) : new Uint32Array(length)
        write(kept)
      }
      return kept
    },
  }
}

/** Connections that are there already. */
export function listed(starts: Uint32Array, targets: Targets): Connections {
  return { starts, targets, length: targets.length, write: (into) => into.set(targets) }
}

export interface Ends {
  sources: number
  targets: number
  /** Index of the first source unit minus index of the first target unit, where both are of one population. */
  offset: number | undefined
}

/** 2^30 connections: what an array of rows and one memory of 4 GB can hold. */
const mostConnections = 2 ** 30

/** Throws `InputError` where the connector does not fit the two ends. */
export function connect(connector: Connector, ends: Ends, key: Key): Connections {
  const count = expectedConnections(connector, ends)
  if (count > mostConnections) throw tooMany(count)
  if ('all_to_all' in connector) return allToAll(ends, connector.self ?? true)
  if ('one_to_one' in connector) return oneToOne(ends)
  if ('probability' in connector) return fixedProbability(connector.probability, ends, connector.self ?? true, key)
  if ('in_degree' in connector) return fixedInDegree(connector, ends, key)
  if ('out_degree' in connector) return fixedOutDegree(connector, ends, key)
  return explicit(connector.pairs, ends)
}

/** How many there will be, or about how many where they are drawn: known before anything is allocated. */
export function expectedConnections(connector: Connector, { sources, targets }: Ends): number {
  if ('all_to_all' in connector) return sources * targets
  if ('probability' in connector) return Math.round(connector.probability * sources * targets)
  if ('in_degree' in connector) return connector.in_degree * targets
  if ('out_degree' in connector) return connector.out_degree * sources
  return 'pairs' in connector ? connector.pairs.length : sources
}

function tooMany(count: number): InputError {
  return new InputError(`found ${count} connections; at most ${mostConnections} are accepted`)
}

/** The target that would be the source itself; -1 where there is none. */
function itself(source: number, { offset, targets }: Ends, self: boolean): number {
  if (self || offset === undefined) return -1
  const target = source + offset
  return target >= 0 && target < targets ? target : -1
}

function allToAll(ends: Ends, self: boolean): Connections {
  const starts = new Uint32Array(ends.sources + 1)
  for (let s = 0; s < ends.sources; s++) starts[s + 1] = starts[s] + ends.targets - (itself(s, ends, self) >= 0 ? 1 : 0)
  return drawn(starts, ends, (into) => {
    let at = 0
    for (let s = 0; s < ends.sources; s++) {
      const skip = itself(s, ends, self)
      for (let t = 0; t < ends.targets; t++) if (t !== skip) into[at++] = t
    }
  })
}

function oneToOne(ends: Ends): Connections {
  const { sources, targets: n } = ends
  if (sources !== n) throw new InputError(`found ${sources} sources and ${n} targets; one_to_one needs as many of each`)
  const starts = Uint32Array.from({ length: sources + 1 }, (_, s) => s)
  return drawn(starts, ends, (into) => into.set(starts.subarray(0, n)))
}

const words = new Uint32Array(4)

/** Each pair with probability p: gaps between the targets of a row are geometric. */
function fixedProbability(p: number, ends: Ends, self: boolean, key: Key): Connections {
  if (!(p >= 0 && p <= 1)) throw new InputError(`found probability ${p}; a number from 0 to 1 is needed`, ['probability'])
  if (p === 1) return allToAll(ends, self)
  const starts = new Uint32Array(ends.sources + 1)
  if (p === 0) return drawn(starts, ends, () => {})
  const log1pMinusP = log1p(-p)
  // the rows are drawn twice, first to know how long they are: the numbers are keyed, so they come out the same
  const row = (s: number, found: (target: number) => void) => {
    const skip = itself(s, ends, self)
    let target = -1
    for (let n = 0; ; n++) {
      if ((n & 1) === 0) philox(n >> 1, s, 0, 0, key[0], key[1], words)
      target += 1 + geometricGap(uniform52(words[2 * (n & 1)], words[2 * (n & 1) + 1]), log1pMinusP)
      if (target >= ends.targets) return
      if (target !== skip) found(target)
    }
  }
  let count = 0
  for (let s = 0; s < ends.sources; s++) {
    row(s, () => count++)
    starts[s + 1] = count
  }
  return drawn(starts, ends, (into) => {
    let at = 0
    for (let s = 0; s < ends.sources; s++) row(s, (t) => void (into[at++] = t))
  })
}

/**
 * `k` partners of unit `of` out of `partners`, drawn uniformly, never `skip` (-1: nobody to skip), with replacement unless
 * `distinct`: then a partner that comes again is drawn anew.
 */
function drawPartners(of: number, k: number, partners: number, skip: number, distinct: boolean, key: Key, found: (partner: number) => void): void {
  const choices = partners - (skip >= 0 ? 1 : 0)
  const seen = distinct ? new Set<number>() : undefined
  for (let n = 0, drawn = 0; drawn < k; n++) {
    if ((n & 3) === 0) philox(n >> 2, of, 1, 0, key[0], key[1], words)
    let partner = integerBelow(words[n & 3], choices)
    if (skip >= 0 && partner >= skip) partner++
    if (seen?.has(partner)) continue
    seen?.add(partner)
    drawn++
    found(partner)
  }
}

/** The degree as a whole number that the other side can give. */
function checkedDegree(k: number, partners: number, self: boolean, distinct: boolean, what: 'in_degree' | 'out_degree'): number {
  const choices = partners - (self ? 0 : 1)
  const side = what === 'in_degree' ? 'source' : 'target'
  if (!(Number.isInteger(k) && k >= 0)) throw new InputError(`found ${what} ${k}; a whole number is needed`, [what])
  if (distinct && k > choices) throw new InputError(`found ${what} ${k} with distinct ${side}s; there are only ${choices}`, [what])
  if (k > 0 && choices < 1) throw new InputError(`found no ${side} to draw from; at least one other unit is needed`, [what])
  return k
}

/** Each source to exactly K targets. */
function fixedOutDegree(c: { out_degree: number; self?: boolean; distinct?: boolean }, ends: Ends, key: Key): Connections {
  const self = c.self ?? true
  const distinct = c.distinct ?? false
  const k = checkedDegree(c.out_degree, ends.targets, self || ends.offset === undefined, distinct, 'out_degree')
  const starts = Uint32Array.from({ length: ends.sources + 1 }, (_, s) => s * k)
  return drawn(starts, ends, (into) => {
    for (let s = 0; s < ends.sources; s++) {
      let at = starts[s]
      drawPartners(s, k, ends.targets, itself(s, ends, self), distinct, key, (t) => void (into[at++] = t))
      into.subarray(starts[s], at).sort()
    }
  })
}

/** Each target from exactly K sources. */
function fixedInDegree(c: { in_degree: number; self?: boolean; distinct?: boolean }, ends: Ends, key: Key): Connections {
  const self = c.self ?? true
  const distinct = c.distinct ?? false
  const k = checkedDegree(c.in_degree, ends.sources, self || ends.offset === undefined, distinct, 'in_degree')
  const own = (t: number) => {
    if (self || ends.offset === undefined) return -1
    const source = t - ends.offset
    return source >= 0 && source < ends.sources ? source : -1
  }
  const column = (t: number, found: (source: number) => void) => drawPartners(t, k, ends.sources, own(t), distinct, key, found)
  const starts = new Uint32Array(ends.sources + 1)
  for (let t = 0; t < ends.targets; t++) column(t, (s) => starts[s + 1]++)
  for (let s = 0; s < ends.sources; s++) starts[s + 1] += starts[s]
  return drawn(starts, ends, (into) => {
    const next = starts.slice()
    for (let t = 0; t < ends.targets; t++) column(t, (s) => void (into[next[s]++] = t))
  })
}

function explicit(pairs: [number, number][], ends: Ends): Connections {
  const starts = new Uint32Array(ends.sources + 1)
  pairs.forEach(([s, t], i) => {
    if (!(Number.isInteger(s) && s >= 0 && s < ends.sources)) throw new InputError(`found source ${s}; units 0 to ${ends.sources - 1} are there`, ['pairs', i])
    if (!(Number.isInteger(t) && t >= 0 && t < ends.targets)) throw new InputError(`found target ${t}; units 0 to ${ends.targets - 1} are there`, ['pairs', i])
    starts[s + 1]++
  })
  for (let s = 0; s < ends.sources; s++) starts[s + 1] += starts[s]
  const targets = Uint32Array.from([...pairs].sort((a, b) => a[0] - b[0] || a[1] - b[1]), ([, t]) => t)
  return listed(starts, targets)
}

/** By source and then target. */
export function listWeights(w: { connections: Connections; weights: number | Float64Array; from: { first: number }; to: { first: number } }) {
  const { starts, targets } = w.connections
  const list = { sources: new Uint32Array(targets.length), targets: Uint32Array.from(targets, (t) => t + w.to.first), weights: new Float64Array(targets.length) }
  if (typeof w.weights === 'number') list.weights.fill(w.weights)
  else list.weights.set(w.weights)
  for (let s = 0; s + 1 < starts.length; s++) {
    list.sources.fill(s + w.from.first, starts[s], starts[s + 1])
    sortRow(list.targets.subarray(starts[s], starts[s + 1]), list.weights.subarray(starts[s], starts[s + 1]))
  }
  return list
}

/** By target; connections to the same one stay in the order in which they are. */
export function sortRow(targets: Uint32Array, weights: Float64Array): void {
  if (targets.every((t, k) => k === 0 || targets[k - 1] <= t)) return
  const order = Array.from(targets, (_, k) => k).sort((a, b) => targets[a] - targets[b] || a - b)
  targets.set(Uint32Array.from(order, (k) => targets[k]))
  weights.set(Float64Array.from(order, (k) => weights[k]))
}
