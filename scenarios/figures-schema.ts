/** The schema of the figures a scenario asks for. What else a figure takes is checked where it is drawn. */
import { z } from 'zod'
import { needs, oneKey, text, time } from './shapes.ts'

const units = z.union([z.string(), z.array(z.string())], { error: needs('a population, or a list of them') })
const common = {
  title: text.optional().describe("title; the scenario's unless said"),
  from: time.optional().describe('start of the window'),
  to: time.optional().describe('end of the window'),
}
const error = needs('a mapping')
const ofUnits = { ...common, of: units.optional().describe('units such as cells or cells[0:100]; all unless said') }

export const figures = {
  multiplexing: z.looseObject(common, { error }).describe('inputs, raster, event rate and burst probability'),
  raster: z.looseObject(ofUnits, { error }).describe('spikes, one row a unit'),
  rates: z.looseObject(ofUnits, { error }).describe('population rates over time'),
  voltages: z
    .looseObject({ ...common, of: text.optional().describe('name of a request in record.samples') }, { error })
    .describe('sampled variables over time'),
  curves: z.looseObject(common, { error }).describe('one quantity against another, with published points'),
}
export const figure = oneKey('figure', figures)
export type Figure = z.infer<typeof figure>
