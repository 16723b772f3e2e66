import { expect, it } from 'vitest'
import { watchedInWords } from '../../cli/progress.ts'
import { lastReports } from '../../cli/last-reports.ts'
import { watchedRow } from '../../cli/summary.ts'

it('what is watched stands beside the bar', () => {
  expect(watchedInWords({ loss: 57.2049, 'out.rate': 27 })).toBe(' | loss 57.2 | out.rate 27')
  expect(watchedInWords({})).toBe('')
})

it('a curve is told by its first, smallest and last value, and its shape', () => {
  const curve = { name: 'loss', unit: 'Hz', times: Float64Array.of(0, 500, 1000, 2000, 3000), values: Float64Array.of(0, 200, 50, 16.654, 25) }
  const [name, first, best, last, shape] = watchedRow(curve, 4000)
  expect([name, first, best, last]).toEqual(['loss', 'first 200 Hz', 'best 16.65 Hz at 2 s', 'last 25 Hz'])
  expect([...shape]).toHaveLength(40)
  expect(shape).toMatch(/^▁{5}█{5}▂{10}▁{11} {9}$/)
  expect(watchedRow({ ...curve, unit: '', values: curve.values.slice(0, 1), times: curve.times.slice(0, 1) }, 4000)[1]).toBe('first 0')
  expect(watchedRow({ ...curve, times: new Float64Array(), values: new Float64Array() }, 4000)).toEqual(['loss', 'no value'])
})

it('what blocks reported last is one table where they have measures of the same name', () => {
  const curve = (block: string, measure: string, values: number[], unit = '') => ({ name: `${block}.${measure}`, block, unit, times: Float64Array.from(values, (_, k) => k), values: Float64Array.from(values) })
  const sampled = { name: 'loss', unit: 'Hz', times: Float64Array.of(0), values: Float64Array.of(3) }
  const watched = [sampled, curve('train', 'random', [80, 36.64], 'degrees'), curve('train', 'backprop', [], 'degrees'), curve('test', 'random', [0.13]), curve('test', 'shallow', [0.5])]
  expect(lastReports(watched)).toEqual([['last', 'train', 'test'], ['backprop', '', ''], ['random', '36.64 degrees', '0.13'], ['shallow', '', '0.5']])
  expect(lastReports(watched.slice(0, 3))).toEqual([])
})
