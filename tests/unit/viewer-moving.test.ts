/** The window of time and rows under pan, zoom and a growing run; where groups of rows stand; ticks of the axis of time. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { followed, panned, type Span, within, zoomed } from '../../viewer/moving/window.ts'
import { groupLayout, pixelOf, rowAt, rowsBetween } from '../../viewer/plot/group-layout.ts'
import { inWords, tickLabels, tickSteps, unitOf } from '../../viewer/plot/time-axis.ts'
import type { Group } from '../../viewer/view.ts'

const limits = { from: 0, to: 1000, least: 0.01 }
const span = fc.tuple(fc.double({ min: -500, max: 1500, noNaN: true }), fc.double({ min: 0.001, max: 3000, noNaN: true })).map(([from, length]): Span => ({ from, to: from + length }))
const inside = span.map((s) => within(s, limits))

describe('a window', () => {
  it('stays within its limits and keeps its length where it fits', () => {
    fc.assert(
      fc.property(span, (s) => {
        const { from, to } = within(s, limits)
        expect(from).toBeGreaterThanOrEqual(0)
        expect(to).toBeLessThanOrEqual(1000 + 1e-9)
        expect(to - from).toBeCloseTo(Math.min(1000, Math.max(0.01, s.to - s.from)), 6)
      }),
    )
  })

  it('that is inside already is left as it is', () => {
    expect(within({ from: 100, to: 300 }, limits)).toEqual({ from: 100, to: 300 })
  })

  it('keeps the time under the pointer while it zooms, unless a limit is met', () => {
    fc.assert(
      fc.property(inside, fc.double({ min: 0.05, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (s, factor, share) => {
        const at = s.from + share * (s.to - s.from)
        const next = zoomed(s, factor, at, limits)
        // shorter windows lie within the longer ones, so that no limit is met
        if (next.to - next.from > limits.least * 1.001) expect((at - next.from) / (next.to - next.from)).toBeCloseTo(share, 5)
        expect(next.from).toBeGreaterThanOrEqual(s.from - 1e-9)
        expect(next.to).toBeLessThanOrEqual(s.to + Math.max(1e-9, limits.least))
      }),
    )
    expect(zoomed({ from: 100, to: 300 }, 100, 150, limits)).toEqual({ from: 0, to: 1000 })
  })

  it('stops at the ends when moved', () => {
    expect(panned({ from: 100, to: 300 }, -150, limits)).toEqual({ from: 0, to: 200 })
    expect(panned({ from: 100, to: 300 }, 5000, limits)).toEqual({ from: 800, to: 1000 })
  })

  it('follows a run: the whole of it, or its end', () => {
    expect(followed({ from: 0, to: 400 }, limits)).toEqual({ from: 0, to: 1000 })
    expect(followed({ from: 300, to: 400 }, limits)).toEqual({ from: 900, to: 1000 })
  })
})

const sizes = new Map([
  ['cells', 4000],
  ['readers', 10],
  ['one', 1],
])
const group = (population: string, more: Partial<Group> = {}): Group => ({ population, collapsed: false, hidden: false, order: { by: 'id' }, ...more })
const rows = ({ population, rows }: Group): Span => (rows ? { from: rows[0], to: rows[1] } : { from: 0, to: sizes.get(population) ?? 0 })
const anyGroups = fc.array(fc.record({ collapsed: fc.boolean(), hidden: fc.boolean() }), { minLength: 3, maxLength: 3 }).map((marks) => [...sizes.keys()].map((name, i) => group(name, marks[i])))

describe('groups of rows', () => {
  it('fill the height from the top without overlapping, none too thin to be seen', () => {
    fc.assert(
      fc.property(anyGroups, fc.integer({ min: 130, max: 1500 }), (groups, height) => {
        const slots = groupLayout(groups, rows, sizes, height)
        expect(slots.map((s) => s.population)).toEqual(groups.filter((g) => !g.hidden).map((g) => g.population))
        for (const [i, slot] of slots.entries()) {
          expect(slot.height).toBeGreaterThanOrEqual(18)
          expect(slot.top).toBeGreaterThanOrEqual(i === 0 ? 0 : slots[i - 1].top + slots[i - 1].height)
        }
        const last = slots.at(-1)
        if (last && slots.some((s) => !s.collapsed)) expect(last.top + last.height).toBe(height)
      }),
    )
  })

  it('know which row is at a pixel', () => {
    const slots = groupLayout([group('cells'), group('readers')], rows, sizes, 500)
    fc.assert(
      fc.property(fc.constantFrom(...slots), fc.double({ min: 0, max: 0.999, noNaN: true }), (slot, share) => {
        const row = slot.first + share * (slot.last - slot.first)
        const found = rowAt(slots, pixelOf(slot, row))
        expect(found?.slot).toBe(slot)
        expect(found?.row).toBeCloseTo(row, 6)
      }),
    )
    expect(rowAt(slots, -50)?.row).toBeCloseTo(4000, 3)
    expect(rowAt(slots, 9999)).toEqual({ slot: slots[1], row: 0 })
  })

  it('give whole rows between two pixels, of the groups that are met', () => {
    const slots = groupLayout([group('cells', { rows: [100, 200] }), group('readers')], rows, sizes, 500)
    const [cells, readers] = slots
    expect(rowsBetween(slots, -10, 600)).toEqual([
      { slot: cells, first: 100, last: 200 },
      { slot: readers, first: 0, last: 10 },
    ])
    expect(rowsBetween(slots, pixelOf(cells, 149.5), pixelOf(cells, 140.5))).toEqual([{ slot: cells, first: 140, last: 150 }])
  })
})

describe('the axis of time', () => {
  it('is in ms when near, in s for long and late windows, in min for ten and more', () => {
    expect([unitOf(0, 1000), unitOf(0, 5000), unitOf(200_000, 200_010), unitOf(0, 600_000)].map((u) => u.name)).toEqual(['ms', 's', 's', 'min'])
  })

  it('has labels that tell neighbouring ticks apart', () => {
    for (const [from, to] of [[0, 3550], [200_000, 200_010], [0, 0.05], [0, 7_200_000]]) {
      const unit = unitOf(from, to)
      for (const step of tickSteps(unit).filter((s) => s <= to - from && s > (to - from) / 50)) {
        const ticks = Array.from({ length: Math.floor((to - from) / step) }, (_, i) => from + i * step)
        expect(new Set(tickLabels(ticks, step, unit)).size).toBe(ticks.length)
      }
    }
    expect(tickLabels([0, 500, 1000], 500, { name: 's', length: 1000 })).toEqual(['0.0', '0.5', '1.0'])
  })

  it('says times without digits that mean nothing', () => {
    expect(inWords(1234.5)).toBe('1,234.5 ms')
    expect(inWords(0.1 + 0.2)).toBe('0.3 ms')
  })
})
