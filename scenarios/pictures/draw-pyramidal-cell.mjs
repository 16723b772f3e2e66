/**
 * Draws pyramidal-cell.svg and pyramidal-cell.png beside itself: a pyramidal cell as in a Golgi stain, grown by a seeded
 * generator. The field is 189 by 200: columns of 10 ms in 1.89 s, and units; the PNG has four pixels for each, both ways.
 *
 *   node scenarios/pictures/draw-pyramidal-cell.mjs
 *
 * A branch is a walk that meanders, tapers, and splits in two. Of several walks the one is kept that stays clearest of
 * what has been drawn, so that branches spread and seldom cross. Nothing here is simulated: it is a picture.
 */
import { writeFileSync } from 'node:fs'
import { Resvg } from '@resvg/resvg-js'
import { encode } from 'fast-png'

const [width, height, scale] = [189, 200, 4]
const step = 1.5
/** Thinner lines would be lost in columns of 10 ms. */
const thinnest = 1.3
const tries = 60
const margin = 6
const mostCrowded = 0.25

/** Uniform numbers in [0, 1): mulberry32. */
function generator(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), seed | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
const u = generator(11)
const between = (low, high) => low + (high - low) * u()
const unit = ([x, y]) => {
  const length = Math.sqrt(x * x + y * y)
  return [x / length, y / length]
}
/** Turned clockwise by about `angle`, which is small. */
const turned = ([x, y], angle) => unit([x - angle * y, y + angle * x])

const shapes = []
/** Points of all branches. */
const taken = []

function dot([x, y], radius) {
  shapes.push(`<circle cx="${x.toFixed(2)}" cy="${y.toFixed(2)}" r="${radius.toFixed(2)}"/>`)
}

/** The outline of a walk with a width at every point, round at its ends. */
function draw(points) {
  const side = (sign) => points.map(({ at: [x, y], way: [dx, dy], wide }) => [x - (sign * dy * wide) / 2, y + (sign * dx * wide) / 2])
  const text = [...side(1), ...side(-1).reverse()].map(([x, y]) => `${x.toFixed(2)} ${y.toFixed(2)}`)
  shapes.push(`<path d="M${text.join('L')}Z"/>`)
  for (const { at, wide } of [points[0], points[points.length - 1]]) dot(at, wide / 2)
  taken.push(...points.map(({ at }) => at))
}

/** A walk of `length`; `pull` is a direction it bends to, `bend` how much, `wander` how much it meanders. */
function walk({ at, way, length, from, to, pull = way, bend = 0.05, wander = 0.15 }) {
  const points = [{ at, way, wide: from }]
  const steps = Math.max(2, Math.round(length / step))
  let drift = 0
  for (let k = 1; k <= steps; k++) {
    drift = 0.7 * drift + wander * (u() - 0.5)
    way = turned(unit([way[0] + bend * pull[0], way[1] + bend * pull[1]]), drift)
    at = [at[0] + step * way[0], at[1] + step * way[1]]
    // varicose, as stained dendrites are
    points.push({ at, way, wide: (from + ((to - from) * k) / steps) * between(0.93, 1.07) })
  }
  return points
}

/** How much a walk is in the way of others, or leaves the field; its first points are near its parent anyway. */
function crowding(points) {
  let sum = 0
  points.forEach(({ at: [x, y] }, k) => {
    if (x < margin || x > width - margin || y < margin || y > height - margin) sum += 3
    if (k < 4) return
    for (const [a, b] of taken) {
      const apart = (x - a) * (x - a) + (y - b) * (y - b)
      if (apart < 120) sum += 1 / (1 + apart)
    }
  })
  return sum / points.length
}

function clearest(make) {
  let best
  for (let k = 0; k < tries; k++) {
    const points = make()
    const crowded = crowding(points)
    if (!best || crowded < best.crowded) best = { points, crowded }
  }
  return best
}

/** A branch that splits `splits` times, each child thinner; all branches of one generation grow before the next. */
function forest(branches) {
  const next = []
  for (const { splits, open = 0.5, shrink = 0.85, ...branch } of branches) {
    const grown = (part) => clearest(() => walk({ ...branch, length: part * branch.length, way: turned(branch.way, between(-0.35, 0.35)), to: Math.max(thinnest, branch.from * 0.75) }))
    let { points, crowded } = grown(1)
    if (crowded > mostCrowded) ({ points, crowded } = grown(0.6))
    // no room: its parent ends where it would have split
    if (crowded > mostCrowded) continue
    draw(points)
    if (splits === 0) continue
    const end = points[points.length - 1]
    const sway = between(-0.15, 0.15)
    for (const sign of [-1, 1]) {
      const angle = sign * open * between(0.75, 1.2) + sway
      next.push({
        ...branch, splits: splits - 1, open, shrink, at: end.at,
        way: turned(end.way, angle),
        pull: turned(branch.pull ?? branch.way, angle * 0.7),
        length: branch.length * shrink * between(0.75, 1.25),
        from: Math.max(thinnest, end.wide * 0.82),
      })
    }
  }
  if (next.length > 0) forest(next)
}

// the soma: an apex that becomes the trunk, and corners that become basal dendrites
shapes.push('<path d="M90.2 108C90.6 117 89 122.5 86 128.5C83.6 133 80.6 136.2 77.4 138.2L78.4 141.6C81.4 141.4 83.8 142.6 85.6 145.8L88.6 144C90.6 144.6 94 144.6 96 144L98.6 145.8C100.4 142.6 103 141.2 106.4 141.2L107.2 137.8C104 136 101 133 98.8 128.5C96 122.5 95.2 117 96 108Z"/>')
for (let x = 84; x <= 101; x += 3) for (let y = 128; y <= 143; y += 3) taken.push([x, y])

const trunk = walk({ at: [93.1, 113], way: [0.02, -1], length: 60, from: 6.1, to: 4.4, wander: 0.05, pull: [0.04, -1] })
draw(trunk)
const top = trunk[trunk.length - 1]

// the axon and its hillock first: dendrites make room for it
const hillock = walk({ at: [92.3, 142], way: [0.02, 1], length: 9, from: 7, to: 1.8, wander: 0.02 })
draw(hillock)
const axon = walk({ at: hillock[hillock.length - 1].at, way: [0, 1], length: 48, from: 1.7, to: 1.6, wander: 0.08, pull: [0.02, 1] })
draw(axon)

const tuft = [[0, 13, 3.2], [-1.1, 23, 3.5], [1.1, 23, 3.5]].map(([angle, length, from]) => ({
  at: top.at, way: turned(top.way, angle), pull: unit([1.2 * angle, -0.8]), bend: 0.04, length, from, splits: 3, open: 0.55, shrink: 0.85,
}))
const obliques = [[0.03, -1, 34], [0.12, 1, 36], [0.3, -1, 32], [0.4, 1, 32], [0.58, -1, 28], [0.66, 1, 28]].map(([part, sign, length]) => ({
  at: trunk[Math.round(part * (trunk.length - 1))].at,
  way: unit([sign, -0.35]), pull: unit([sign, -0.2]), length, from: 3, splits: 2, open: 0.42, shrink: 0.72,
}))
const basal = [
  [[78, 139.8], [-1, -0.05], 30], [[80, 141.4], [-1, 0.6], 27], [[86.2, 144.4], [-0.6, 1], 21],
  [[106.6, 139.4], [1, -0.05], 30], [[104.4, 141.2], [1, 0.6], 27], [[98, 144.4], [0.6, 1], 21],
].map(([at, way, length]) => ({ at, way: unit(way), length, from: 3.8, splits: 3, open: 0.5, shrink: 0.78 }))
forest([...tuft, ...obliques, ...basal])

const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}">
<title>A pyramidal cell, as in a Golgi stain</title>
<defs>
<radialGradient id="field" cx="0.5" cy="0.5" r="0.72">
<stop offset="0.3" stop-color="#fff"/>
<stop offset="1" stop-color="#cfcfcf"/>
</radialGradient>
</defs>
<rect width="${width}" height="${height}" fill="url(#field)"/>
<g>
${shapes.join('\n')}
</g>
</svg>
`
const here = new URL('.', import.meta.url)
writeFileSync(new URL('pyramidal-cell.svg', here), svg)
const { width: w, height: h, pixels } = new Resvg(svg, { fitTo: { mode: 'width', value: width * scale } }).render()
// all channels are the same: one is enough
const grey = Uint8Array.from({ length: w * h }, (_, i) => pixels[4 * i])
writeFileSync(new URL('pyramidal-cell.png', here), encode({ width: w, height: h, data: grey, channels: 1, depth: 8 }))
