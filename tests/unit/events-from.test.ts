/** Events that are kept from a time on, or until a time, only. */
import { describe, expect, it } from 'vitest'
import { library } from '../../models/index.ts'
import { loadScenario } from '../../scenarios/load.ts'
import { runScenario } from '../../scenarios/run.ts'

const text = (record: string, metric = '{rate: {of: train, from: 20 ms}}') => `
title: made
duration: 40 ms
populations:
  train: {model: spike_list, size: 2, spikes: {times: [5 ms, 15 ms, 20 ms, 25 ms, 30 ms], units: [0, 1, 0, 1, 1]}}
record: {${record}}
expect:
  - {name: r, metric: ${metric}, accept: [0, 1000]}
`
const load = (written: string) => loadScenario(written, { read: () => '', models: library })

describe('record.events_from', () => {
  it('keeps what happens from there on, and all unless said', async () => {
    const kept = async (record: string) => (await runScenario(load(text(record)))).open().events('train')
    const late = await kept('events_from: 20 ms')
    expect([...late.times]).toEqual([20, 25, 30])
    expect([...late.sources]).toEqual([0, 1, 1])
    expect([...(await kept('')).times]).toEqual([5, 15, 20, 25, 30])
  })
  it('changes no metric of what is kept, and refuses one of what is not', async () => {
    const rate = async (record: string) => (await runScenario(load(text(record)))).expectations[0].value
    expect(await rate('events_from: 20 ms')).toBe(await rate(''))
    const run = (metric: string) => runScenario(load(text('events_from: 20 ms', metric)))
    await expect(run('{rate: {of: train}}')).rejects.toThrow('events before 20 ms are not kept')
    await expect(run('{rate: {of: train, from: 10 ms}}')).rejects.toThrow('events before 20 ms are not kept')
  })
})

describe('record.events_to', () => {
  it('keeps what happens until then, and refuses metrics of what is after', async () => {
    const kept = (await runScenario(load(text('events_from: 10 ms, events_to: 25 ms', '{rate: {of: train, from: 10 ms, to: 25 ms}}')))).open().events('train')
    expect([...kept.times]).toEqual([15, 20, 25])
    const run = (metric: string) => runScenario(load(text('events_to: 25 ms', metric)))
    await expect(run('{rate: {of: train}}')).rejects.toThrow('events after 25 ms are not kept')
    await expect(run('{rate: {of: train, to: 30 ms}}')).rejects.toThrow('events after 25 ms are not kept')
  })
})
