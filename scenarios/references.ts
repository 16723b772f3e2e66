/** Whether what a scenario expects, watches and draws names populations, inputs, projections and samples that exist. */
import { bestName } from './best-weights.ts'
import { sizesOf } from './copies.ts'
import { InputError, unknown, within } from '../engine/errors.ts'
import { parseQuantity, same } from '../engine/units.ts'
import type { Figure } from './figures-schema.ts'
import { countsEvents, type Expectation } from './metrics-schema.ts'
import type { Scenario } from './schema.ts'
import type { Sizes } from '../engine/unit-ranges.ts'
import { countOf, unitsOf } from '../engine/unit-ranges.ts'

/** Throws `InputError` with the path in the scenario. */
export function checkReferences(scenario: Scenario): void {
  const sizes = sizesOf(scenario)
  scenario.expect?.forEach((expected, i) => {
    within(['expect', i], () => checkExpectation(expected, scenario, sizes))
  })
  scenario.watch?.forEach((name, i) => {
    within(['watch', i], () => checkWatched(name, i, scenario))
  })
  scenario.figures?.forEach((figure, i) => {
    within(['figures', i], () => checkFigure(figure, scenario, sizes))
  })
}

function checkExpectation(expected: Expectation, scenario: Scenario, sizes: Sizes): void {
  const { metric, accept } = expected
  if (accept) {
    const [least, most] = accept.map((q) => parseQuantity(q))
    if (!same(least.dimension, most.dimension))
      throw new InputError('found two different units; one is needed', ['accept'])
    if (least.value > most.value)
      throw new InputError('found the most before the least; [least, most] is needed', ['accept'])
  }
  const [[name, body]] = Object.entries(metric)
  within(['metric', name], () => {
    if ('sample' in metric) return checkSample(metric.sample, scenario, sizes)
    if ('trials' in metric) return checkTrials(metric.trials, scenario)
    if ('dissimilarity' in metric) return checkCompared(metric.dissimilarity, scenario)
    if ('categoricality' in metric) return checkCompared(metric.categoricality, scenario)
    if ('weights' in metric) return checkKept(metric.weights.of, scenario)
    if ('weight_change' in metric) return checkKept(metric.weight_change.of, scenario, { start: true })
    if ('table' in metric && metric.table.metric === 'sample') {
      const { of, variable, unit_of: unit } = metric.table
      return checkSample({ of, variable, unit }, scenario, sizes, 'unit_of')
    }
    if ('table' in metric && !countsEvents(metric)) return checkKept(metric.table.of, scenario, { start: metric.table.metric === 'weight_change' })
    if ('decision' in metric) within(['choices'], () => unitsOf(metric.decision.choices, sizes))
    if ('correlation' in metric) checkPartner(metric.correlation.with, scenario, sizes)
    if ('spike_time_difference' in metric) within(['with'], () => unitsOf(metric.spike_time_difference.with, sizes))
    if (!('of' in body)) return
    const count = countOf(
      within(['of'], () => unitsOf(body.of, sizes)),
      sizes,
    )
    if ('spike_time' in metric) checkUnit(metric.spike_time.unit, count)
    if ('table' in metric && metric.table.group !== undefined) {
      const { group, values } = metric.table
      if (group * values.length > count) {
        throw new InputError(`found ${values.length} values for groups of ${group} units; there are ${count} units`, [
          'values',
        ])
      }
    }
  })
}

type WrittenCompared = { of?: string; with?: string }

function checkCompared({ minus, ...first }: WrittenCompared & { minus?: WrittenCompared }, scenario: Scenario): void {
  const check = ({ of, with: other }: WrittenCompared) => {
    if (of !== undefined) within(['of'], () => checkResponses(of, scenario))
    if (other !== undefined) within(['with'], () => checkReference(other, scenario))
  }
  check(first)
  if (minus) within(['minus'], () => check(minus))
}

type WrittenReport = { block: string; measure: string; best_by?: string }

function checkTrials(metric: WrittenReport & { minus?: WrittenReport }, scenario: Scenario): void {
  const check = ({ block, measure, best_by: by }: WrittenReport) => {
    within(['block'], () => checkBlock(block, scenario))
    within(['measure'], () => checkMeasure(block, measure, scenario))
    if (by !== undefined) within(['best_by'], () => checkReported(by, scenario))
  }
  check(metric)
  const { minus } = metric
  if (minus) within(['minus'], () => check(minus))
}

/** `block.measure` */
function checkReported(written: string, scenario: Scenario): void {
  const dot = written.indexOf('.')
  const block = dot < 0 ? written : written.slice(0, dot)
  checkBlock(block, scenario)
  checkMeasure(block, dot < 0 ? '' : written.slice(dot + 1), scenario)
}

function checkBlock(name: string, { trials }: Scenario): void {
  if (!trials) throw new InputError(`found "${name}" in a scenario without trials; only trials have blocks`)
  if (!Object.hasOwn(trials.blocks, name)) throw new InputError(unknown('block', name, Object.keys(trials.blocks)))
}

function checkMeasure(block: string, name: string, { trials }: Scenario): void {
  const measures = trials?.blocks[block].measures ?? {}
  if (!Object.hasOwn(measures, name)) throw new InputError(unknown(`measure of ${block}`, name, Object.keys(measures)))
}

function checkWatched(name: string, i: number, scenario: Scenario): void {
  const requests = scenario.record?.samples ?? {}
  const blocks = scenario.trials?.blocks ?? {}
  if (Object.hasOwn(blocks, name)) {
    if (Object.keys(blocks[name].measures ?? {}).length === 0) throw new InputError(`found "${name}", a block that measures nothing; give it measures`)
  } else {
    const known = [...Object.keys(requests), ...Object.keys(blocks)]
    if (!Object.hasOwn(requests, name)) throw new InputError(unknown(scenario.trials ? 'request of samples, or block,' : 'request of samples', name, known))
    if (!requests[name].reduce) throw new InputError(`found "${name}", which samples every unit; one with reduce: mean is needed`)
  }
  if (scenario.watch?.indexOf(name) !== i) throw new InputError(`found "${name}" twice; it is shown once`)
}

function checkPartner(partner: string | { of: string }, scenario: Scenario, sizes: Sizes): void {
  if (typeof partner === 'string') mustExist('input', partner, scenario.inputs, 'with')
  else within(['with', 'of'], () => unitsOf(partner.of, sizes))
}

function checkSample(sample: { of: string; variable?: string; unit?: number }, scenario: Scenario, sizes: Sizes, key = 'unit'): void {
  const requests = scenario.record?.samples ?? {}
  mustExist('request of samples', sample.of, requests, 'of')
  const { of, variables, reduce } = requests[sample.of]
  if (sample.variable === undefined && variables.length > 1) {
    throw new InputError(`found no variable; one of ${variables.join(', ')} is needed`)
  }
  if (sample.variable !== undefined && !variables.includes(sample.variable)) {
    throw new InputError(unknown('sampled variable', sample.variable, variables), ['variable'])
  }
  if (reduce && sample.unit !== undefined) {
    throw new InputError(`found a unit; "${sample.of}" keeps the mean over units only`, [key])
  }
  const count = countOf(unitsOf(of, sizes), sizes)
  if (!reduce && sample.unit === undefined) throw new InputError(`found no ${key}; a unit from 0 to ${count - 1} is needed`)
  if (sample.unit !== undefined) checkUnit(sample.unit, count, key)
}

function checkUnit(unit: number, count: number, key = 'unit'): void {
  if (unit >= count) throw new InputError(`found unit ${unit}; a unit from 0 to ${count - 1} is needed`, [key])
}

function checkFigure(figure: Figure, scenario: Scenario, sizes: Sizes): void {
  if ('voltages' in figure && figure.voltages.of !== undefined) {
    const { of } = figure.voltages
    within(['voltages'], () => mustExist('request of samples', of, scenario.record?.samples, 'of'))
  }
  if ('multiplexing' in figure) {
    const { multiplexing } = figure
    within(['multiplexing'], () => {
      within(['of'], () => unitsOf(multiplexing.of, sizes))
      for (const key of ['soma', 'dendrite'] as const) mustExist('input', multiplexing[key], scenario.inputs, key)
      for (const [i, { of }] of (multiplexing.decoders ?? []).entries()) within(['decoders', i, 'of'], () => unitsOf(of, sizes))
    })
  }
  if ('comparison' in figure) {
    for (const key of ['target', 'output'] as const) within(['comparison', key], () => unitsOf(figure.comparison[key], sizes))
  }
  if ('learning' in figure) within(['learning'], () => checkLearning(figure.learning, scenario))
  if ('weights' in figure) within(['weights'], () => checkKept(figure.weights.of, scenario))
  if ('dissimilarity' in figure) within(['dissimilarity'], () => checkDissimilarity(figure.dissimilarity, scenario))
  if ('similarity' in figure) within(['similarity'], () => checkSimilarity(figure.similarity, scenario))
  if ('window' in figure) within(['window'], () => checkWindow(figure.window, scenario))
  if ('curves' in figure) {
    for (const [i, { of }] of figure.curves.series.entries()) within(['curves', 'series', i, 'of'], () => unitsOf(of, sizes))
  }
  const [kind, of] =
    'raster' in figure ? ['raster', figure.raster.of] : 'rates' in figure ? ['rates', figure.rates.of] : []
  if (kind === undefined || of === undefined) return
  if (typeof of === 'string') within([kind, 'of'], () => unitsOf(of, sizes))
  else for (const [i, text] of of.entries()) within([kind, 'of', i], () => unitsOf(text, sizes))
}

function checkDissimilarity({ of, names }: Extract<Figure, { dissimilarity: unknown }>['dissimilarity'], scenario: Scenario): void {
  if (typeof of === 'string') within(['of'], () => checkResponses(of, scenario))
  else for (const [i, name] of of.entries()) within(['of', i], () => checkResponses(name, scenario))
  const matrices = typeof of === 'string' ? 1 : of.length
  if (names && names.length !== matrices) throw new InputError(`found ${names.length} names of ${matrices} matrices; one each is needed`, ['names'])
}

function checkSimilarity({ series, with: other, ceiling, compare }: Extract<Figure, { similarity: unknown }>['similarity'], scenario: Scenario): void {
  for (const [i, { of }] of series.entries()) {
    for (const [k, name] of of.entries()) if (name !== null) within(['series', i, 'of', k], () => checkResponses(name, scenario))
  }
  const references = typeof other === 'string' ? [other] : other
  for (const [i, name] of references.entries()) {
    within(typeof other === 'string' ? ['with'] : ['with', i], () => checkReference(name, scenario))
  }
  for (const [i, names] of (ceiling ?? []).entries()) {
    if (typeof names === 'string') within(['ceiling', i], () => checkResponses(names, scenario))
    else for (const [k, name] of names.entries()) within(['ceiling', i, k], () => checkResponses(name, scenario))
  }
  if (ceiling && (compare ?? 'tau_a') !== 'tau_a') throw new InputError(`found a noise ceiling beside ${compare}; it is of tau_a`, ['ceiling'])
}

function checkResponses(name: string, { trials }: Scenario, others: string[] = []): void {
  if (!trials?.responses) throw new InputError(`found "${name}" in a scenario that keeps no responses; trials.responses must name it`)
  if (!Object.hasOwn(trials.responses, name)) throw new InputError(unknown('responses', name, [...others, ...Object.keys(trials.responses)]))
}

/** What responses are compared with: the categories, or other responses. */
function checkReference(name: string, scenario: Scenario): void {
  if (name !== 'category') checkResponses(name, scenario, ['category'])
}

type WrittenLearning = Extract<Figure, { learning: unknown }>['learning']

function checkLearning({ of, variable, names, published }: WrittenLearning, scenario: Scenario): void {
  const requests = scenario.record?.samples ?? {}
  const listed = typeof of === 'string' ? [of] : of
  listed.forEach((name, i) => {
    const path = typeof of === 'string' ? ['of'] : ['of', i]
    if (name.includes('.') || Object.hasOwn(scenario.trials?.blocks ?? {}, name)) {
      within(path, () => checkReported(name, scenario))
      return
    }
    if (!Object.hasOwn(requests, name)) throw new InputError(unknown('request of samples', name, Object.keys(requests)), path)
    const { reduce, variables } = requests[name]
    if (!reduce) throw new InputError(`found "${name}", which samples every unit; one with reduce: mean is needed`, path)
    if (variable !== undefined && !variables.includes(variable)) throw new InputError(unknown('sampled variable', variable, variables), ['variable'])
  })
  const measures = listed.filter((name) => name.includes('.'))
  if (published?.epoch !== undefined && measures.length < listed.length) throw new InputError('found epochs, but not all lines are measures of blocks; times t are needed', ['published', 'epoch'])
  if (published?.t !== undefined && measures.length === listed.length) throw new InputError('found times, but lines of measures are drawn against epochs; published.epoch is needed', ['published', 't'])
  if (names && names.length !== listed.length) throw new InputError(`found ${names.length} names of ${listed.length} lines; one each is needed`, ['names'])
}

function checkWindow({ of, names }: { of: string | string[]; names?: string[] }, scenario: Scenario): void {
  if (typeof of === 'string') checkKept(of, scenario, { start: true })
  else for (const [i, name] of of.entries()) checkKept(name, scenario, { start: true, path: ['of', i] })
  const projections = typeof of === 'string' ? 1 : of.length
  if (names && names.length !== projections) throw new InputError(`found ${names.length} names of ${projections} projections; one each is needed`, ['names'])
}

/** Throws `InputError` unless the weights of the projection (or its best ones, `NAME.best`) are kept; with `start`, at 0 ms too. */
function checkKept(of: string, scenario: Scenario, { start = false, path = ['of'] }: { start?: boolean; path?: (string | number)[] } = {}): void {
  // the best weights are from one time only
  if (!start && scenario.record?.best?.weights.some((name) => bestName(name) === of)) return
  if (!Object.hasOwn(scenario.projections ?? {}, of)) throw new InputError(unknown('projection', of, Object.keys(scenario.projections ?? {})), path)
  const kept = (scenario.record?.weights ?? []).map((written) => (typeof written === 'string' ? { of: written, every: undefined } : written)).find((w) => w.of === of)
  if (!kept) throw new InputError(`the weights of "${of}" are not kept; record.weights must name it`, path)
  if (!start || kept.every !== undefined) return
  throw new InputError(`the weights of "${of}" are kept at the end only; a change needs those at 0 ms: record.weights: [{ of: ${of}, every: ... }]`, path)
}

function mustExist(kind: string, word: string, known: Record<string, unknown> | undefined, key: string): void {
  if (!Object.hasOwn(known ?? {}, word)) throw new InputError(unknown(kind, word, Object.keys(known ?? {})), [key])
}
