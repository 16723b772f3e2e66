import { describe, expect, it } from 'vitest'
import { parseRas, parseSamplesCsv, parseSpikeCsv, parseSpikes } from '../../scenarios/rasters.ts'
import { mistake } from '../mistake.ts'

describe('.ras', () => {
  it('reads seconds as exact milliseconds, in any order, with comments, blanks and windows line ends', () => {
    const text = '# a comment\r\n0.1234 3\n\n  0.0007\t0  # another\n1e-3 12\n'
    expect(parseRas(text)).toEqual({ times: [123.4, 0.7, 1], units: [3, 0, 12] })
  })
  it('an empty file holds no spikes', () => {
    expect(parseRas('')).toEqual({ times: [], units: [] })
  })
  it.each([
    ['0.1 1\n0.2\n', 'a.ras:2:1: found 1 fields; "time_in_seconds id" is needed'],
    ['0.1 1 2\n', 'a.ras:1:1: found 3 fields; "time_in_seconds id" is needed'],
    ['# x\nabc 1\n', 'a.ras:2:1: found "abc"; a number is needed'],
    ['0.1  1.5\n', 'a.ras:1:6: found "1.5"; a unit, counted from 0, is needed'],
    ['0.1 -1\n', 'a.ras:1:5: found "-1"; a unit, counted from 0, is needed'],
    ['  -0.1 1\n', 'a.ras:1:3: found the time -0.1; zero or more is needed'],
    ['1e999 1\n', 'a.ras:1:1: found 1e999; a finite number is needed'],
    ['NaN 1\n', 'a.ras:1:1: found "NaN"; a number is needed'],
  ])('%j', (text, message) => {
    expect(mistake(() => parseRas(text, 'a.ras'))).toBe(message)
  })
  it('a unit must exist', () => {
    expect(mistake(() => parseRas('0.1 9\n0.1 10\n', 'a.ras', 10))).toBe(
      'a.ras:2:5: found "10"; a unit from 0 to 9 is needed',
    )
  })
})

describe('.csv of spikes', () => {
  it('reads', () => {
    expect(parseSpikeCsv('# x\ntime_ms,unit\n1.5,0\n 0.3 , 7\n')).toEqual({ times: [1.5, 0.3], units: [0, 7] })
  })
  it.each([
    ['', 'a.csv:1:1: found nothing; the header "time_ms,unit" is needed'],
    ['\n1,2\n', 'a.csv:2:1: found "1,2"; the header "time_ms,unit" is needed'],
    ['time_ms,unit\n1,2,3\n', 'a.csv:2:1: found 3 fields; 2 are needed: time_ms,unit'],
    ['time_ms,unit\n1, x\n', 'a.csv:2:4: found "x"; a unit, counted from 0, is needed'],
    ['time_ms,unit\n,1\n', 'a.csv:2:1: found ""; a number is needed'],
    ['time_ms,unit\n1,\n', 'a.csv:2:3: found ""; a unit, counted from 0, is needed'],
  ])('%j', (text, message) => {
    expect(mistake(() => parseSpikeCsv(text, 'a.csv'))).toBe(message)
  })
})

describe('.csv of samples', () => {
  it('reads, in the engine’s units', () => {
    expect(parseSamplesCsv('time_ms,value\n0,0.3\n10,-1.1\n', 'nA')).toEqual({ times: [0, 10], values: [300, -1100] })
  })
  it.each([
    ['time_ms,value\n1,2\n1,3\n', 's.csv:3:1: found 1 after 1; times must ascend'],
    ['time_ms,value\n', 's.csv:1:1: found no samples; at least one row is needed'],
    ['time_ms,unit\n1,2\n', 's.csv:1:1: found "time_ms,unit"; the header "time_ms,value" is needed'],
    ['time_ms,value\n1,2 pA\n', 's.csv:2:3: found "2 pA"; a number is needed'],
  ])('%j', (text, message) => {
    expect(mistake(() => parseSamplesCsv(text, 'pA', 's.csv'))).toBe(message)
  })
})

describe('by the name’s ending', () => {
  it('chooses', () => {
    expect(parseSpikes('0.5 1\n', 'x/a.RAS')).toEqual({ times: [500], units: [1] })
    expect(parseSpikes('time_ms,unit\n0.5,1\n', 'a.csv')).toEqual({ times: [0.5], units: [1] })
    expect(mistake(() => parseSpikes('', 'a.b/c.txt'))).toContain('ends in .ras or .csv')
  })
})
