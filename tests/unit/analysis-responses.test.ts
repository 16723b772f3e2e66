import { describe, expect, it } from 'vitest'
import { patternsOfPass, undefinedPatterns, uniformNumbers } from '../../analysis/index.ts'

describe('patterns of a pass', () => {
  // two passes over four stimuli of two units, and one that was broken off
  const values = [0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15, 16, 17, 20, 21]
  const classes = [2, 0, 2, 0, 2, 0, 2, 0, 2]
  const all = { values, units: 2, classes, stimuli: 4 }
  const rows = (which?: 'first' | 'last' | number) => patternsOfPass(all, which).patterns.map((pattern) => Array.from(pattern))

  it('stand in the order of classes, and within a class as they were shown', () => {
    expect(rows()).toEqual([[12, 13], [16, 17], [10, 11], [14, 15]])
    expect(rows('first')).toEqual([[2, 3], [6, 7], [0, 1], [4, 5]])
    expect(rows(1)).toEqual(rows('first'))
    expect(rows(2)).toEqual(rows('last'))
    const { classes: sorted, boundaries, pass, passes } = patternsOfPass(all)
    expect([Array.from(sorted ?? []), boundaries, pass, passes]).toEqual([[0, 0, 2, 2], [2], 2, 2])
  })
  it('stand as they were shown where there are no classes', () => {
    const { patterns, classes: none, boundaries } = patternsOfPass({ values, units: 2, stimuli: 4 }, 1)
    expect(patterns.map((pattern) => pattern[0])).toEqual([0, 2, 4, 6])
    expect([none, boundaries]).toEqual([undefined, []])
  })
  it('are refused where there is no such pass', () => {
    expect(() => rows(3)).toThrow('there is no pass 3; 2 of 4 stimuli were recorded')
    expect(() => rows(0)).toThrow('the pass is 0')
    expect(() => patternsOfPass({ values: [1, 2], units: 2, stimuli: 4 })).toThrow('there is no complete pass; 0 of 4')
    expect(() => patternsOfPass({ ...all, classes: [0, 1] })).toThrow('there are 2 classes for 8 patterns')
  })
  it('may have no dissimilarity', () => {
    const patterns = [[1, 1], [0, 0], [0, 1]]
    expect(undefinedPatterns(patterns, 'correlation')).toEqual([0, 1])
    expect(undefinedPatterns(patterns, 'cosine')).toEqual([1])
    expect(undefinedPatterns(patterns, 'euclidean')).toEqual([])
  })
})

describe('uniform numbers', () => {
  const taken = (n: number, seed?: number) => {
    const uniform = uniformNumbers(seed)
    return Array.from({ length: n }, () => uniform())
  }
  it('are the same for a seed and others for another', () => {
    expect(taken(5, 3)).toEqual(taken(5, 3))
    expect(taken(5, 3)).not.toEqual(taken(5, 4))
    expect(() => uniformNumbers(-1)).toThrow('the seed is -1')
  })
  it('fill every tenth evenly, and successive ones do not follow each other', () => {
    for (const seed of [0, 1, 2, 12345]) {
      const numbers = taken(100000, seed)
      const counts = new Array(10).fill(0)
      let product = 0
      numbers.forEach((u, k) => {
        counts[Math.floor(u * 10)]++
        if (k > 0) product += (u - 0.5) * (numbers[k - 1] - 0.5)
      })
      // sd of a count 95, of the lag-one correlation 0.003
      for (const count of counts) expect(Math.abs(count - 10000)).toBeLessThan(450)
      expect(Math.abs((12 * product) / numbers.length)).toBeLessThan(0.015)
    }
  })
})
