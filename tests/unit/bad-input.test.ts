/**
 * Bad input, as a hostile and as a clumsy user gives it. Every answer says the place, what was found and what is accepted,
 * before anything large is allocated; nothing ends in a stack trace.
 */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { InputError, RunError } from '../../engine/errors.ts'
import { checksum } from '../../engine/trace/format.ts'
import { openTrace, type TraceSource } from '../../engine/trace/index.ts'
import { library } from '../../models/index.ts'
import { loadScenario } from '../../scenarios/load.ts'
import { checkpointTraceBytes, type RunOptions, runScenario } from '../../scenarios/run.ts'
import { build, main } from '../built.ts'

interface Changes {
  /** Keys of the neuron model; null leaves one out. */
  neuron?: Record<string, string | null>
  pop?: string
  /** Lines after the populations. */
  more?: string
  dur?: string
  /** Lines after the duration. */
  top?: string
}
const cell = { parameters: '{tau_m: 20 ms, V_th: 20 mV}', currents: '{I: mV}', equations: '"dV/dt = (I - V) / tau_m : mV"', receptors: '{soma: V += w}', threshold: 'V > V_th', reset: 'V = 0 mV' }
/** A scenario that is right, but for what is changed. The keys of the model begin on line 5. */
function scenario({ neuron = {}, pop = 'model: cell, size: 3', more = '', dur = '5 ms', top = '' }: Changes = {}): string {
  const lines = Object.entries({ ...cell, ...neuron }).filter(([, v]) => v !== null).map(([k, v]) => `    ${k}: ${v}\n`)
  return `title: t\nduration: ${dur}\n${top}neurons:\n  cell:\n${lines.join('')}populations:\n  cells: {${pop}}\n${more}`
}
const projection = (rest: string) => `projections:\n  p: {from: cells, to: cells, onto: soma, ${rest}}\n`
const to = (connect: string, weight = '1 mV', delay = '1 ms') => projection(`connect: ${connect}, weight: ${weight}, delay: ${delay}`)

const load = (text: string, files: Record<string, string> = {}) =>
  loadScenario(text, {
    file: 's.yaml',
    models: library,
    read: (path) => {
      if (!Object.hasOwn(files, path)) throw new Error('no such file')
      return files[path]
    },
  })
const run = (text: string, options?: RunOptions) => runScenario(load(text), options)

/** The mistake that `work` ends with: anything but a user's mistake, or a run that went wrong, fails the test. */
async function mistake(work: () => Promise<unknown>): Promise<string> {
  try {
    await work()
  } catch (error) {
    if (error instanceof InputError || error instanceof RunError) return error.message
    throw error
  }
  throw new Error('no mistake was found')
}

/** A message that ends in … may go on: with lists that grow as models are added. */
const mistakes: Record<string, [text: string, message: string][]> = {
  "equations of one's own": [
    [scenario({neuron:{equations:'"dV/dt = (I - V / tau_m : mV"'}}), 's.yaml:7:40: neurons.cell.equations: found ":"; ")" is needed'],
    [scenario({neuron:{equations:'"dV/dt = I - * V / tau_m : mV"'}}), 's.yaml:7:29: neurons.cell.equations: found "*"; a number, a name or "(" is needed'],
    [scenario({neuron:{equations:'"dV/dt = (I - V) / tau_m"'}}), 's.yaml:7:40: neurons.cell.equations: found "end of line"; ": unit" (every equation states its unit, ": 1" where it has none) is needed'],
    [scenario({neuron:{equations:'""'}}), 's.yaml:7:16: populations.cells.model.equations: found no equation "dX/dt = ..." or "next X = ..."; a neuron needs at least one'],
    [scenario({neuron:{equations:'|\n      dV/dt = (I - V) / tau_m : mV\n      dU/dt = -U / tau_n : mV'}}), 's.yaml:9:20: neurons.cell.equations: unknown name "tau_n" (did you mean "tau_m"?); known are t, dt, xi, u01, pi, tau_m, V_th, I, V, U'],
    [scenario({neuron:{equations:'>\n      dV/dt = (I - V) / tau_n : mV'}}), 's.yaml:7:16: neurons.cell.equations: unknown name "tau_n" (did you mean "tau_m"?); known are t, dt, xi, u01, pi, tau_m, V_th, I, V'],
    [scenario({neuron:{equations:'"dV/dt = (I - V) / tau_m § 3 : mV"'}}), 's.yaml:7:41: neurons.cell.equations: found "§", which no equation may contain'],
    [scenario({neuron:{equations:'"dV/dt = (I - V) / tau_m * sni(3) : mV"'}}), 's.yaml:7:43: neurons.cell.equations: unknown function "sni"; known are …'],
    [scenario({neuron:{equations:'"dV/dt = (I - V) / tau_m * constructor(3) : mV"'}}), 's.yaml:7:43: neurons.cell.equations: unknown function "constructor"; known are …'],
    [scenario({neuron:{equations:'"dV/dt = (I - V) / tau_m * exp(3, 4) : mV"'}}), 's.yaml:7:43: neurons.cell.equations: exp takes 1 argument, found 2'],
    [scenario({neuron:{equations:'"dV/dt = I - V / tau_m : mV"'}}), 's.yaml:7:27: neurons.cell.equations: "-" between mV and mV/ms; both sides need the same unit'],
    [scenario({neuron:{equations:'"dV/dt = (I - V) : mV"'}}), 's.yaml:7:28: neurons.cell.equations: the right side of dV/dt is mV; mV/ms is needed'],
    [scenario({neuron:{equations:'"dV/dt = (V > V_th) : mV"'}}), 's.yaml:7:28: neurons.cell.equations: the right side of dV/dt is a condition; mV/ms is needed'],
    [scenario({neuron:{equations:'|\n      dV/dt = (I - V) / tau_m : mV\n      dV/dt = -V / tau_m : mV'}}), 's.yaml:9:7: neurons.cell.equations: the name "V" is defined twice'],
    [scenario({neuron:{equations:'|\n      dV/dt = (I - V + a) / tau_m : mV\n      a = b : mV\n      b = a : mV'}}), 's.yaml:9:7: neurons.cell.equations: "a" is defined by itself: a -> b -> a'],
    [scenario({neuron:{equations:'"dV/dt = (I - V) / tau_m : furlong"'}}), 's.yaml:7:43: neurons.cell.equations: unknown unit "furlong"; known are ms, s, mV, pA, nA, pF, nS, Hz, kHz, Mohm'],
    [scenario({neuron:{equations:'"dV/dt = (I - V) / tau_m : V"'}}), 's.yaml:7:43: neurons.cell.equations: found the unit "V"; variables are kept in ms, mV, pA, pF and nS'],
    [scenario({pop:'model: cell, size: 3, parameters: {tau_m: 1 ms^99999999999}'}), 's.yaml:12:53: populations.cells.parameters.tau_m: found the unit "ms^99999999999"; exponents up to 9 are accepted'],
    [scenario({neuron:{equations:'"dV/dt = (I - V) / tau_m : mV^9999999999"'}}), 's.yaml:7:43: neurons.cell.equations: found the unit "mV^9999999999"; exponents up to 9 are accepted'],
    [scenario({neuron:{equations:`"dV/dt = ${'('.repeat(20000)}I - V${')'.repeat(20000)} / tau_m : mV"`}}), 's.yaml:7:17: neurons.cell.equations: found an equation of 40011 words and signs; at most 4000 are accepted'],
    [scenario({neuron:{equations:`"dV/dt = ${'('.repeat(200)}I - V${')'.repeat(200)} / tau_m : mV"`}}), 's.yaml:7:125: neurons.cell.equations: nested too deep; at most 100 levels are accepted'],
    [scenario({neuron:{equations:`"dV/dt = ${'-'.repeat(20001)}V / tau_m : mV"`}}), 's.yaml:7:17: neurons.cell.equations: found an equation of 20010 words and signs; at most 4000 are accepted'],
    [scenario({neuron:{equations:`"dV/dt = (I - V${' + V'.repeat(20000)}) / tau_m : mV"`}}), 's.yaml:7:17: neurons.cell.equations: found an equation of 40013 words and signs; at most 4000 are accepted'],
    [scenario({neuron:{equations:`"dV/dt = (I - 1e999 mV) / tau_m : mV"`}}), 's.yaml:7:30: neurons.cell.equations: found 1e999; a finite number is needed'],
    [scenario({neuron:{equations:`"dV/dt = (I - V) / 0 ms : mV"`, parameters:'{V_th: 20 mV}'}}), 's.yaml:12:10: populations.cells: dV/dt has V times -1 / 0, which is -Infinity; a finite number is needed'],
    [scenario({neuron:{equations:`"dV/dt = (I - V*log(-1)) / tau_m : mV"`}}), 's.yaml:12:10: populations.cells: dV/dt has V times -log(-1) / tau_m, which is NaN; a finite number is needed'],
    [scenario({neuron:{parameters:'{tau_m: 20 ms, V_th: 20 mV, foo: 3 mV}'}}), 's.yaml:5:50: populations.cells.model.parameters.foo: the parameter "foo" is used nowhere; use it or leave it out'],
    [scenario({neuron:{threshold:'V > V_th * xi'}}), 's.yaml:9:18: neurons.cell.threshold: xi is white noise and belongs in a dX/dt line, not in threshold'],
    [scenario({neuron:{reset:'V = xi * 3 mV'}}), 's.yaml:10:19: neurons.cell.reset: xi is white noise and belongs in a dX/dt line, not in a statement'],
    [scenario({neuron:{threshold:'V'}}), 's.yaml:9:16: neurons.cell.threshold: threshold is mV; a condition is needed'],
    [scenario({neuron:{threshold:'""'}}), 's.yaml:9:17: neurons.cell.threshold: found "end of line"; a number, a name or "(" is needed'],
    [scenario({neuron:{reset:'U = 0 mV'}}), 's.yaml:10:12: neurons.cell.reset: unknown variable "U" (did you mean "V"?); known are V'],
    [scenario({neuron:{reset:'V_th = 0 mV'}}), 's.yaml:10:12: neurons.cell.reset: unknown variable "V_th"; known are V'],
    [scenario({neuron:{reset:'V_ == 0 mV'}}), 's.yaml:10:15: neurons.cell.reset: found "=="; one of = += -= *= /= is needed'],
    [scenario({neuron:{receptors:'{soma: V += 1 mV}'}}), 's.yaml:8:23: neurons.cell.receptors.soma: a receptor has to use "w", the summed weight that arrives'],
    [scenario({neuron:{receptors:'{soma: ""}'}}), 's.yaml:8:23: populations.cells.model.receptors.soma: a receptor needs a statement such as "I_e += w"'],
    [scenario({neuron:{receptors:'{soma: V += w * tau_m}'}}), 's.yaml:8:25: neurons.cell.receptors.soma: "+" between mV and ms mV; both sides need the same unit'],
    [scenario({neuron:{receptors:'{soma: g += w}'}}), 's.yaml:8:23: neurons.cell.receptors.soma: unknown variable "g" (did you mean "V"?); known are V'],
    [scenario({neuron:{parameters:'{tau_m: 20 ms, V_th: 20 mV, t: 3 ms}'}}), 's.yaml:5:45: populations.cells.model.parameters.t: "t" has a meaning of its own in equations; another name is needed'],
    [scenario({neuron:{parameters:'{tau_m: 20 ms, V_th: 20 mV, refractory: 3 ms}'}}), 's.yaml:5:45: populations.cells.model.parameters.refractory: "refractory" has a meaning of its own in equations; another name is needed'],
    [scenario({neuron:{parameters:'{tau_m: 20 mz, V_th: 20 mV}'}}), 's.yaml:5:25: neurons.cell.parameters.tau_m: unknown unit "mz" (did you mean "ms"?); known are ms, s, mV, pA, nA, pF, nS, Hz, kHz, Mohm'],
    [scenario({neuron:{parameters:'{tau_m: .nan, V_th: 20 mV}'}}), 's.yaml:5:25: neurons.cell.parameters.tau_m: found .nan; a quantity such as "20 ms", or [quantity, meaning], is needed'],
    [scenario({neuron:{currents:'{I: mW}'}}), 's.yaml:6:19: populations.cells.model.currents.I: unknown unit "mW" (did you mean "ms"?); known are ms, s, mV, pA, nA, pF, nS, Hz, kHz, Mohm'],
    [scenario({neuron:{initial:'{U: 3 mV}'}}), 's.yaml:11:15: populations.cells.model.initial.U: unknown variable "U" (did you mean "V"?); known are V'],
    [scenario({neuron:{initial:'{V: 3 ms}'}}), 's.yaml:11:18: neurons.cell.initial.V: the start value of "V" is ms; mV is needed'],
    [scenario({neuron:{refractory:'3 mV'}}), 's.yaml:11:17: neurons.cell.refractory: refractory is mV; ms is needed'],
    [scenario({neuron:{refractory:'-3 ms'}, pop:'model: cell, size: 3, initial: {V: 30 mV}'}), 's.yaml:11:17: populations.cells.model.refractory: found a refractory time of -3 ms; zero or more is needed'],
    [scenario({neuron:{rate:'3 Hz'}}), 's.yaml:9:16: populations.cells.model.threshold: found both threshold and rate; a neuron fires by one of them'],
  ],
  'populations': [
    [scenario({pop:'model: cell, size: 3, parameters: {tau_m: 0 ms}'}), 's.yaml:12:53: populations.cells.parameters.tau_m: found a time constant of 0 ms; more than 0 ms is needed'],
    [scenario({pop:'model: cell, size: 3, parameters: {tau_m: -1 ms}, initial: {V: 1 mV}', dur:'1000 ms'}), 's.yaml:12:53: populations.cells.parameters.tau_m: found a time constant of -1 ms; more than 0 ms is needed'],
    [scenario({pop:'model: lif_exponential, regime: event_driven, size: 3, parameters: {tau_m: 0 ms}'}), 's.yaml:12:86: populations.cells.parameters.tau_m: found a time constant of 0 ms; more than 0 ms is needed'],
    [scenario({pop:'model: lif_delta, regime: event_driven, size: 3, parameters: {tau_m: -1 ms, I_0: 30 mV}'}), 's.yaml:12:80: populations.cells.parameters.tau_m: found a time constant of -1 ms; more than 0 ms is needed'],
    [scenario({pop:'model: lif_delta, size: 3, parameters: {t_ref: -1 ms, I_0: 30 mV}',dur:'100 ms'}), 's.yaml:12:58: populations.cells.parameters.t_ref: found a refractory time of -1 ms; zero or more is needed'],
    [scenario({pop:'model: lif_delta, regime: event_driven, size: 3, parameters: {t_ref: -1 ms, I_0: 30 mV}',dur:'100 ms'}), 's.yaml:12:80: populations.cells.parameters.t_ref: found a refractory time of -1 ms; zero or more is needed'],
    [scenario({pop:'model: lif_conductance, size: 3, parameters: {tau_e: 0 ms}'}), 's.yaml:12:64: populations.cells.parameters.tau_e: found a time constant of 0 ms; more than 0 ms is needed'],
    [scenario({pop:'model: cell, size: 3, parameters: {V_th: .nan}'}), 's.yaml:12:52: populations.cells.parameters.V_th: found .nan; a quantity such as "20 mV", or a mapping with one of uniform, normal, lognormal, levels, list is needed'],
    [scenario({pop:'model: cell, size: 3, parameters: {V_th: .inf}'}), 's.yaml:12:52: populations.cells.parameters.V_th: found .inf; a quantity such as "20 mV", or a mapping with one of uniform, normal, lognormal, levels, list is needed'],
    [scenario({pop:'model: cell, size: .nan'}), 's.yaml:12:30: populations.cells.size: found .nan; a whole number from 1 to 10000000 is needed'],
    [scenario({pop:'model: cell, size: .inf'}), 's.yaml:12:30: populations.cells.size: found .inf; a whole number from 1 to 10000000 is needed'],
    [scenario({pop:'model: cell, size: 1000000000000'}), 's.yaml:12:30: populations.cells.size: found 1000000000000; a whole number from 1 to 10000000 is needed'],
    [scenario({pop:'model: cell, size: 3, parameters: {tau_m: {list: [1 ms, 2 ms]}}'}), 's.yaml:12:53: populations.cells.parameters.tau_m: found a list of 2 values; 3 are needed'],
    [scenario({pop:'model: cell, size: 3, initial: {V: {list: [1 mV, 2 mV, 3 mV, 4 mV]}}'}), 's.yaml:12:46: populations.cells.initial.V: found a list of 4 values; 3 are needed'],
    [scenario({pop:'model: cell, size: 3, initial: {U: 1 mV}'}), 's.yaml:12:43: populations.cells.initial.U: unknown variable "U" (did you mean "V"?); known are V'],
    [scenario({pop:'model: cell, size: 3, initial: {V: 1 ms}'}), 's.yaml:12:46: populations.cells.initial.V: found "1 ms", which is ms; mV is needed'],
    [scenario({pop:'model: cell, size: 3, parameters: {tau_n: 1 ms}'}), 's.yaml:12:46: populations.cells.parameters.tau_n: unknown parameter "tau_n" (did you mean "tau_m"?); known are tau_m, V_th'],
    [scenario({pop:'model: cell, size: 3, parameters: {tau_m: 1 mV}'}), 's.yaml:12:53: populations.cells.parameters.tau_m: found "1 mV", which is mV; ms is needed'],
    [scenario({pop:'model: cell, size: 3, parameters: {constructor: 1 mV}'}), 's.yaml:12:46: populations.cells.parameters.constructor: unknown parameter "constructor"; known are tau_m, V_th'],
    [scenario({pop:'model: constructor, size: 3'}), 's.yaml:12:18: populations.cells.model: unknown model "constructor"; known are …'],
    [scenario({pop:'model: cell, size: 3, initial: {V: {list: [1 mV, .nan, 2 mV]}}'}), 's.yaml:12:60: populations.cells.initial.V.list.1: found .nan; a quantity such as "20 mV" is needed'],
    [scenario({pop:'model: cell, size: 3, initial: {V: 1e300 mV}'}), 's.yaml:12:46: populations.cells.initial.V: found 1e+300, which is infinite in f32; a finite number is needed'],
    [scenario({pop:'model: cell, size: 3, parameters: {tau_m: {levels: []}}'}), 's.yaml:12:62: populations.cells.parameters.tau_m.levels: found a list of 0; a list that is not empty is needed'],
    [scenario({}).replace(/( {2}cells: .*\n)/, '$1$1'), 's.yaml:13:3: duplicate key "cells"; a key may stand once in a mapping'],
    [scenario({pop:'model: cell, size: 3, plateaus: true'}), 's.yaml:12:43: populations.cells.plateaus: "cell" has no plateau condition'],
    [scenario({pop:'model: cell, size: 3, regime: event_driven'}), 's.yaml:12:41: populations.cells.regime: "cell" has no closed form; its population must be clocked'],
    [scenario({pop:'model: lif_delta, regime: event_driven, size: 2, parameters: {tau_m: {list: [1 ms, 2 ms]}}'}), 's.yaml:12:80: populations.cells.parameters.tau_m: an event-driven population needs the same value for all units'],
    [scenario({pop:'model: spike_list, size: 2, spikes: {times: [-1 ms], units: [0]}'}), 's.yaml:12:56: populations.cells.spikes.times.0: found "-1 ms"; zero or more is needed'],
    [scenario({pop:'model: spike_list, size: 2, spikes: {times: [1 ms, 0.5 ms], units: [1, 7]}'}), 's.yaml:12:82: populations.cells.spikes.units.1: found unit 7; a unit from 0 to 1 is needed'],
    [scenario({pop:'model: spike_list, size: 2, spikes: {times: [1 ms, 2 ms], units: [1]}'}), 's.yaml:12:47: populations.cells.spikes: found 2 times and 1 units; as many are needed'],
    [scenario({pop:'model: spike_list, size: 2'}), 's.yaml:12:10: populations.cells: the model spike_list needs spikes: {file: ...} or {times, units}'],
    [scenario({pop:'model: cell, size: 2, spikes: {times: [1 ms], units: [0]}'}), 's.yaml:12:41: populations.cells.spikes: found spikes, but the model cell takes none'],
    [scenario({pop:'model: poisson, size: 3, parameters: {rate: -1 Hz}'}), 's.yaml:12:55: populations.cells.parameters.rate: found a rate below zero; zero or more is needed'],
    [scenario({pop:'model: poisson, size: 3, parameters: {rate: 1 ms}'}), 's.yaml:12:55: populations.cells.parameters.rate: found "1 ms", which is ms; Hz is needed'],
    [scenario({pop:'model: cell, size: 3, bursts: {interval: -1 ms}'}), 's.yaml:12:52: populations.cells.bursts.interval: found "-1 ms"; more than 0 ms is needed'],
  ],
  'time': [
    [scenario({dur:'0 ms'}), 's.yaml:2:11: duration: found "0 ms"; more than 0 ms is needed'],
    [scenario({dur:'-1 ms'}), 's.yaml:2:11: duration: found "-1 ms"; more than 0 ms is needed'],
    [scenario({dur:'.inf'}), 's.yaml:2:11: duration: found .inf; a time such as "20 ms" is needed'],
    [scenario({top:'dt: 10 ms\n',dur:'5 ms'}), 's.yaml:2:11: duration: found 5 ms, which is shorter than a step of 10 ms; at least one step is needed'],
    [scenario({top:'dt: 0 ms\n'}), 's.yaml:3:5: dt: found "0 ms"; more than 0 ms is needed'],
    [scenario({top:'dt: .nan\n'}), 's.yaml:3:5: dt: found .nan; a time such as "20 ms" is needed'],
    [scenario({top:'dt: 1e-6 ms\n',dur:'1e14 s'}), 's.yaml:3:5: dt: found steps of 1e-6 ms in a run of 1e14 s; at most 1073741823 of them are accepted'],
  ],
  'projections': [
    [scenario({more:to('{probability: .nan}')}), 's.yaml:14:66: projections.p.connect.probability: found .nan; a number from 0 to 1 is needed'],
    [scenario({more:to('{probability: 1.5}')}), 's.yaml:14:66: projections.p.connect.probability: found 1.5; a number from 0 to 1 is needed'],
    [scenario({more:to('{all_to_all: true}','1 mV','-1 ms')}), 's.yaml:14:93: projections.p.delay: found "-1 ms"; zero or more is needed'],
    [scenario({more:to('{all_to_all: true}','1 mV','{uniform: [-1 ms, 1 ms]}')}), 's.yaml:14:104: projections.p.delay.uniform.0: found "-1 ms"; zero or more is needed'],
    [scenario({more:to('{all_to_all: true}','1 mV','{normal: {mean: 1 ms, sd: 5 ms}}')}), 's.yaml:14:93: projections.p.delay: found a delay of -7.083253593625505 ms; zero or more is needed'],
    [scenario({more:to('{all_to_all: true}','1 mV','0.15 ms')}), 's.yaml:14:93: projections.p.delay: found 0.15 ms; a whole number of steps of 0.1 ms is needed'],
    [scenario({more:to('{all_to_all: true}','1 mV','.inf')}), 's.yaml:14:93: projections.p.delay: found .inf; a quantity such as "20 mV", or a mapping with one of uniform, normal, lognormal, levels, list is needed'],
    [scenario({more:to('{all_to_all: true}','1 pA')}), 's.yaml:14:80: projections.p.weight: found "1 pA", which is pA; mV is needed'],
    [scenario({more:to('{all_to_all: true}','1')}), 's.yaml:14:80: projections.p.weight: found 1, which is a plain number; mV is needed'],
    [scenario({more:to('{all_to_all: true}','{list: [1 mV, 2 mV]}')}), 's.yaml:14:80: projections.p.weight: found a list of 2 values; 9 are needed'],
    [scenario({more:to('{all_to_all: true}','{lognormal: {median: 0 mV, sigma: 1}}')}), 's.yaml:14:80: projections.p.weight: found a log-normal of median 0 and sigma 1; a median other than zero and a sigma of at least zero are needed'],
    [scenario({more:to('{all_to_all: true}','{uniform: [2 mV, 1 mV]}')}), 's.yaml:14:80: projections.p.weight: found uniform from 2 to 1; the first must not be above the second'],
    [scenario({more:to('{all_to_all: true}','1e300 mV'), pop:'model: cell, size: 3, initial: {V: 30 mV}'}), 's.yaml:14:80: projections.p.weight: found 1e+300, which is infinite in f32; a finite number is needed'],
    [scenario({more:to('{in_degree: 4, distinct: true}')}), 's.yaml:14:64: projections.p.connect.in_degree: found in_degree 4 with distinct sources; there are only 3'],
    [scenario({more:to('{in_degree: 3, distinct: true, self: false}')}), 's.yaml:14:64: projections.p.connect.in_degree: found in_degree 3 with distinct sources; there are only 2'],
    [scenario({pop:'model: cell, size: 1', more:to('{in_degree: 1, self: false}')}), 's.yaml:14:64: projections.p.connect.in_degree: found no source to draw from; at least one other unit is needed'],
    [scenario({more:to('{out_degree: 4, distinct: true}')}), 's.yaml:14:65: projections.p.connect.out_degree: found out_degree 4 with distinct targets; there are only 3'],
    [scenario({more:to('{one_to_one: true}').replace('from: cells','from: "cells[0:2]"')}), 's.yaml:14:59: projections.p.connect: found 2 sources and 3 targets; one_to_one needs as many of each'],
    [scenario({more:to('{one_to_one: true}').replace('from: cells','from: "cells[0:7]"')}), 's.yaml:14:13: projections.p.from: found "cells[0:7]"; cells has the units 0 to 2, so [0:3] is all'],
    [scenario({more:to('{pairs: [[0, 1], [0, 3]]}')}), 's.yaml:14:69: projections.p.connect.pairs.1: found target 3; units 0 to 2 are there'],
    [scenario({more:to('{one_to_one: true}').replace('onto: soma','onto: somma')}), 's.yaml:14:37: projections.p.onto: unknown receptor "somma" (did you mean "soma"?); known are soma'],
    [scenario({more:to('{one_to_one: true}').replace('from: cells','from: cels')}), 's.yaml:14:13: projections.p.from: unknown population "cels" (did you mean "cells"?); known are cells'],
    [scenario({pop:'model: poisson, size: 3', more:to('{all_to_all: true}')}), 's.yaml:14:24: projections.p.to: "cells" is a source of spikes and receives none'],
    [scenario({more:to('{all_to_all: true}').replace('}\n',', transmits: burst}\n')}), 's.yaml:14:110: projections.p.transmits: "cells" detects no bursts; give it "bursts"'],
    [scenario({more:projection('connect: {all_to_all: true}, weight: 1 mV, delay: 1 ms, synapse: tsodyks')}), 's.yaml:14:108: projections.p.synapse: unknown synapse "tsodyks"; known are …'],
    [scenario({more:projection('connect: {all_to_all: true}, weight: 1 mV, delay: 1 ms, synapse: tsodyks_markram, parameters: {Uu: 3}')}), 's.yaml:14:138: projections.p.parameters.Uu: unknown parameter "Uu" (did you mean "U"?); known are U, tau_D, tau_F, f'],
    [scenario({more:projection('connect: {all_to_all: true}, weight: 1 mV, delay: 1 ms, synapse: tsodyks_markram, parameters: {U: 3 mV}')}), 's.yaml:14:141: projections.p.parameters.U: found "3 mV", which is mV; a plain number is needed'],
    [scenario({pop:'model: lif_delta, size: 3, regime: event_driven', more:to('{all_to_all: true}','1 mV','0 ms')}), 's.yaml:14:93: projections.p.delay: found a delay of 0 ms; an event-driven population needs a delay above zero'],
  ],
  'too many connections': [
    [scenario({pop:'model: cell, size: 10000000', more:to('{all_to_all: true}')}), 's.yaml:14:52: projections.p.connect: found 100000000000000 connections, which need 400000.0 GB; 4.3 GB is the most that one memory holds'],
    [scenario({pop:'model: cell, size: 46000', more:to('{all_to_all: true}')}), 's.yaml:14:52: projections.p.connect: found 2116000000 connections; at most 1073741824 are accepted'],
    [scenario({pop:'model: cell, size: 30000', more:to('{all_to_all: true}','{uniform: [0 mV, 1 mV]}','{uniform: [0 ms, 1 ms]}')}), 's.yaml:14:52: projections.p.connect: found 900000000 connections, which need 5.4 GB; 4.3 GB is the most that one memory holds'],
    [scenario({pop:'model: cell, size: 10000000', more:to('{probability: 0.5}')}), 's.yaml:14:52: projections.p.connect: found 50000000000000 connections, which need 200000.0 GB; 4.3 GB is the most that one memory holds'],
    [scenario({pop:'model: cell, size: 10000000', more:to('{probability: 0.0001}')}), 's.yaml:14:52: projections.p.connect: found 10000000000 connections, which need 40.0 GB; 4.3 GB is the most that one memory holds'],
    [scenario({pop:'model: cell, size: 10000000', more:to('{in_degree: 1000}')}), 's.yaml:14:52: projections.p.connect: found 10000000000 connections, which need 40.0 GB; 4.3 GB is the most that one memory holds'],
    [scenario({more:to('{in_degree: 1000000000000000}')}), 's.yaml:14:52: projections.p.connect: found 3000000000000000 connections, which need 6000000.0 GB; 4.3 GB is the most that one memory holds'],
    [scenario({more:to('{out_degree: 1000000000000000}')}), 's.yaml:14:52: projections.p.connect: found 3000000000000000 connections, which need 6000000.0 GB; 4.3 GB is the most that one memory holds'],
  ],
  'inputs': [
    [scenario({more:'inputs:\n  i: {onto: cells.J, current: {constant: 3 mV}}\n'}), 's.yaml:14:13: inputs.i.onto: unknown current "J" (did you mean "I"?); known are I'],
    [scenario({more:'inputs:\n  i: {onto: cells, current: {constant: 3 mV}}\n'}), 's.yaml:14:13: inputs.i.onto: found "cells"; a population and what it receives on, such as cells.I_e, is needed'],
    [scenario({more:'inputs:\n  i: {onto: cells.I, current: {constant: 3 pA}}\n'}), 's.yaml:14:42: inputs.i.current.constant: found "3 pA", which is pA; mV is needed'],
    [scenario({more:'inputs:\n  i: {onto: cells.I, current: {constant: {list: [3 mV]}}}\n'}), 's.yaml:14:42: inputs.i.current.constant: found a list of 1 values; 3 are needed'],
    [scenario({more:'inputs:\n  i: {onto: cells.I, current: {step: [[1 ms, 3 pA]]}}\n'}), 's.yaml:14:38: inputs.i.current.step: found "3 pA", which is pA; mV is needed'],
    [scenario({more:'inputs:\n  i: {onto: cells.I, current: {step: [[2 ms, 3 mV], [1 ms, 2 mV]]}}\n'}), 's.yaml:14:53: inputs.i.current.step.1: found 1 ms after 2 ms; times must ascend'],
    [scenario({more:'inputs:\n  i: {onto: cells.I, current: {sine: {amplitude: 3 mV, period: 0 ms}}}\n'}), 's.yaml:14:64: inputs.i.current.sine.period: found "0 ms"; more than 0 ms is needed'],
    [scenario({more:'inputs:\n  i: {onto: cells.I, current: {ornstein_uhlenbeck: {sigma: 3 pA, tau: 3 ms}}}\n'}), 's.yaml:14:60: inputs.i.current.ornstein_uhlenbeck.sigma: found "3 pA", which is pA; mV is needed'],
    [scenario({more:'inputs:\n  i: {onto: cells.I, current: {ornstein_uhlenbeck: {sigma: -3 mV, tau: 3 ms}}}\n'}), 's.yaml:14:60: inputs.i.current.ornstein_uhlenbeck.sigma: found "-3 mV"; zero or more is needed'],
    [scenario({more:'inputs:\n  i: {onto: cells.I, current: {ramp: {from: 1 mV, to: 2 mV, start: 3 ms, stop: 1 ms}}}\n'}), 's.yaml:14:80: inputs.i.current.ramp.stop: found a ramp from 3 to 1 ms; it must stop after it starts'],
    [scenario({more:'inputs:\n  i: {onto: "cells[0:2].I", current: {sine: {amplitude: 3 mV, period: 3 ms}}}\n'}), 's.yaml:14:38: inputs.i.current: found units 0 to 1; only a constant current can go to a part of a population'],
    [scenario({more:'inputs:\n  i: {onto: cells.I, current: {samples: {times: [2 ms], values: [1 mV, 2 mV]}}}\n'}), 's.yaml:14:41: inputs.i.current.samples: found 1 times and 2 values; as many are needed'],
    [scenario({more:'inputs:\n  i: {onto: cells.soma, poisson: {rate: -3 Hz, weight: 1 mV}}\n'}), 's.yaml:14:41: inputs.i.poisson.rate: found "-3 Hz"; zero or more is needed'],
    [scenario({more:'inputs:\n  i: {onto: cells.soma, poisson: {rate: 3 Hz, weight: 1 pA}}\n'}), 's.yaml:14:55: inputs.i.poisson.weight: found "1 pA", which is pA; mV is needed'],
    [scenario({more:'inputs:\n  i: {onto: cells.soma, poisson: {rate: {normal: {mean: 1 Hz, sd: 30 Hz}}, weight: 1 mV}}\n'}), 's.yaml:14:41: inputs.i.poisson.rate: found a rate below zero; zero or more is needed'],
    [scenario({more:'inputs:\n  i: {onto: cells.soma, poisson: {rate: 1e300 Hz, weight: 1 mV}}\n'}), 's.yaml:14:41: inputs.i.poisson.rate: found a rate above 1e9 Hz, which is the most'],
    [scenario({dur:'0.2 ms',more:'inputs:\n  i: {onto: "cells[0:2].soma", poisson: {rate: 1e12 Hz, weight: 1 mV}}\n'}), 's.yaml:14:48: inputs.i.poisson.rate: found a rate above 1e9 Hz, which is the most'],
    [scenario({more:'inputs:\n  i: {onto: cells.soma, spikes: {times: [1 ms], units: [9]}, weight: 1 mV}\n'}), 's.yaml:14:57: inputs.i.spikes.units.0: found unit 9; a unit from 0 to 2 is needed'],
    [scenario({more:'inputs:\n  i: {onto: cells.soma, spikes: {times: [1 ms], units: [0]}, weight: 1 pA}\n'}), 's.yaml:14:70: inputs.i.weight: found "1 pA", which is pA; mV is needed'],
    [scenario({pop:'model: lif_delta, size: 3, regime: event_driven', more:'inputs:\n  i: {onto: cells.I, current: {constant: 3 mV}}\n'}), 's.yaml:14:13: inputs.i.onto: "cells" is event-driven; a current needs a clocked population (a constant drive is a parameter)'],
  ],
  'protocol, records and expectations': [
    [scenario({more:'protocol:\n  - {at: 1 ms, set: {cells.foo: 3}}\n'}), 's.yaml:14:22: protocol.0.set.cells.foo: unknown parameter "foo"; known are tau_m, V_th'],
    [scenario({more:'protocol:\n  - {at: 1 ms, set: {cells.tau_m: 3 mV}}\n'}), 's.yaml:14:35: protocol.0.set.cells.tau_m: found "3 mV", which is mV; ms is needed'],
    [scenario({more:'protocol:\n  - {at: -1 ms, set: {cells.tau_m: 3 ms}}\n'}), 's.yaml:14:10: protocol.0.at: found "-1 ms"; zero or more is needed'],
    [scenario({pop:'model: poisson, size: 3', more:'protocol:\n  - {at: 1 ms, set: {cells.rate: 3 Hz}}\n'}), 's.yaml:14:21: protocol.0.set: "cells" is a source; only parameters of neurons can change during a run'],
    [scenario({more:'protocol:\n  - {at: 1 ms, set: {cells: 3}}\n'}), 's.yaml:14:29: protocol.0.set.cells: found "cells"; a population and what it receives on, such as cells.I_0, is needed'],
    [scenario({more:'protocol:\n  - {at: 2 ms, set: {cells.tau_m: 0 ms}}\n'}), 's.yaml:14:35: protocol.0.set.cells.tau_m: found a time constant of 0 ms; more than 0 ms is needed'],
    [scenario({more:'record: {events: [cels]}\n'}), 's.yaml:13:19: record.events.0: unknown population "cels" (did you mean "cells"?); known are cells'],
    [scenario({more:'record: {samples: {v: {of: cells, variables: [U], every: 1 ms}}}\n'}), 's.yaml:13:47: record.samples.v.variables.0: unknown variable "U" (did you mean "V"?); known are V'],
    [scenario({more:'record: {samples: {v: {of: cells, variables: [V], every: 0 ms}}}\n'}), 's.yaml:13:58: record.samples.v.every: found "0 ms"; more than 0 ms is needed'],
    [scenario({dur:'0.2 ms',more:'record: {samples: {v: {of: cells, variables: [V], every: 1e-300 ms}}}\n'}), 's.yaml:13:58: record.samples.v.every: found samples of 1e-300 ms in a run of 0.2 ms; at most 1073741823 of them are accepted'],
    [scenario({more:'record: {weights: [x]}\n'}), 's.yaml:13:20: record.weights.0: unknown projection "x"; none is known here'],
    [scenario({more:'record: {events: [cells, cells]}\n'}), 's.yaml:13:26: record.events.1: found "cells" twice; every population is kept once'],
    [scenario({more:'record: {samples: {v: {of: cells, variables: [V, V], every: 1 ms}}}\n'}), 's.yaml:13:50: record.samples.v.variables.1: found "V" twice; every variable is kept once'],
    [scenario({more:'record: {events: []}\nexpect:\n  - {name: r, metric: {rate: {of: cells}}, accept: [0, 1]}\n'}), 's.yaml:15:35: expect.0.metric.rate.of: the events of "cells" are not kept; record.events must name it'],
    [scenario({more:'expect:\n  - {name: r, metric: {rate: {of: cells}}, accept: [0 mV, 1 mV]}\n'}), 's.yaml:14:52: expect.0.accept: found "0 mV", which is mV; Hz is needed'],
  ],
}

for (const [where, rows] of Object.entries(mistakes)) {
  describe(`mistakes in ${where}`, () => {
    it.each(rows.map(([text, message]) => [message, text]))('%s', async (message, text) => {
      const before = process.memoryUsage().arrayBuffers
      const began = performance.now()
      const found = await mistake(() => run(text))
      if (message.endsWith('…')) expect(found.slice(0, message.length - 1)).toBe(message.slice(0, -1))
      else expect(found).toBe(message)
      // refused, and not tried first
      expect(performance.now() - began).toBeLessThan(5000)
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2e8)
    })
  })
}

describe('a run that goes wrong', () => {
  const growing = (more: string) =>
    scenario({ neuron: { equations: more, method: 'euler', threshold: null, reset: null, parameters: '{tau: 1 ms}', currents: null }, pop: 'model: cell, size: 3, initial: {V: {list: [-1 mV, 3 mV, -1 mV]}}', dur: '100 ms' })
  it('names population, unit, variable and time', async () => {
    expect(await mistake(() => run(growing('"dV/dt = V * V / (1 mV) / tau : mV"')))).toBe(
      'variable "V" of population "cells" is Infinity in unit 1 at 6.4 ms; check weights, currents and the step',
    )
    expect(await mistake(() => run(growing('"dV/dt = log(V / (-1 mV)) * (1 mV) / tau : mV"')))).toMatch(
      /^variable "V" of population "cells" is NaN in unit \d at [\d.]+ ms; check weights, currents and the step$/,
    )
  })
})

describe('files beside a scenario', () => {
  const spikes = (name: string) => scenario({ pop: `model: spike_list, size: 2, spikes: {file: ${name}}` })
  const samples = scenario({ more: 'inputs:\n  i: {onto: cells.I, current: {samples: {file: a.csv, unit: mV}}}\n' })
  const included = `include: [a.yaml]\n${scenario()}`
  it.each([
    ['s.yaml:12:54: populations.cells.spikes.file: cannot read the file "a.ras" (no such file); a file that exists is needed', spikes('a.ras'), {}],
    ['a.ras:2:1: populations.cells.spikes.file: found 1 fields; "time_in_seconds id" is needed', spikes('a.ras'), { 'a.ras': '0.1 1\n0.2\n' }],
    ['a.ras:1:1: populations.cells.spikes.file: found the time -0.1; zero or more is needed', spikes('a.ras'), { 'a.ras': '-0.1 1\n' }],
    ['a.ras:2:5: populations.cells.spikes.file: found "2"; a unit from 0 to 1 is needed', spikes('a.ras'), { 'a.ras': '0.3 0\n0.1 2\n' }],
    ['a.csv:1:1: populations.cells.spikes.file: found "time,unit"; the header "time_ms,unit" is needed', spikes('a.csv'), { 'a.csv': 'time,unit\n1,1\n' }],
    ['a.csv:2:1: populations.cells.spikes.file: found "one"; a number is needed', spikes('a.csv'), { 'a.csv': 'time_ms,unit\none,1\n' }],
    ['a.csv:3:1: inputs.i.current.samples.file: found 1 after 2; times must ascend', samples, { 'a.csv': 'time_ms,value\n2,1\n1,1\n' }],
    ['a.csv:2:3: inputs.i.current.samples.file: found "nan"; a number is needed', samples, { 'a.csv': 'time_ms,value\n2,nan\n' }],
    ['a.yaml:1:11: include.0: the files include each other in a circle: s.yaml -> a.yaml -> s.yaml', included, { 'a.yaml': 'include: [s.yaml]\n' }],
    ['a.yaml:2:5: found a character with code 0; a text in UTF-8 is needed', included, { 'a.yaml': '# x\na: b\0' }],
  ] as [string, string, Record<string, string>][])('%s', async (message, text, files) => {
    expect(await mistake(async () => load(text, files))).toBe(message)
  })
})

describe('damaged bytes', () => {
  const text = scenario({ pop: 'model: lif_delta, size: 3, parameters: {I_0: 30 mV}', dur: '30 ms', more: 'record: {samples: {v: {of: cells, variables: [V], every: 5 ms}}}\n' })
  const store = (start = new Uint8Array()) => {
    let bytes = start
    const sink = { write: (more: Uint8Array) => void (bytes = Uint8Array.of(...bytes, ...more)) }
    return { sink, open: (): TraceSource => ({ size: bytes.length, read: (from, length) => bytes.subarray(from, from + length) }), bytes: () => bytes }
  }
  const made = async () => {
    const kept: Uint8Array[] = []
    const file = store()
    const { trace } = await run(text, { ...file, checkpointEvery: 20, onCheckpoint: (b) => void kept.push(b) })
    return { checkpoint: kept[0], bytes: file.bytes(), sha256: trace.sha256 }
  }
  it('of a checkpoint are refused, whichever byte is changed and wherever it is cut', async () => {
    const { checkpoint } = await made()
    const refused = async (bad: Uint8Array) => {
      const found = await mistake(async () => checkpointTraceBytes(bad))
      expect(found).toMatch(/^found .*; a checkpoint of this scenario is needed$/)
    }
    for (let at = 0; at < checkpoint.length; at++) await refused(checkpoint.with(at, checkpoint[at] ^ 0x41))
    for (let length = 0; length < checkpoint.length; length += 7) await refused(checkpoint.subarray(0, length))
  }, 60_000)
  it('of a checkpoint with a forged checksum are refused or do no harm', async () => {
    const { checkpoint, bytes, sha256 } = await made()
    // what follows the head is state: any bytes of it are a state, which only the checksum can tell from the right one
    const lengths = new DataView(checkpoint.buffer, checkpoint.byteOffset + 88)
    const head = checkpoint.length - 4 - lengths.getFloat64(0, true) - lengths.getFloat64(8, true)
    let unharmed = 0
    for (let at = 0; at < head; at++) {
      const bad = checkpoint.with(at, checkpoint[at] ^ 0xff)
      new DataView(bad.buffer).setUint32(bad.length - 4, checksum(bad.subarray(0, -4)), true)
      try {
        const file = store(bytes.slice(0, checkpointTraceBytes(checkpoint)))
        expect((await run(text, { ...file, resume: bad })).trace.sha256).toBe(sha256)
        unharmed++
      } catch (error) {
        expect(error).toBeInstanceOf(InputError)
      }
    }
    expect(unharmed).toBeLessThan(head / 2)
  }, 60_000)
  it('of a trace are told, or the data are right, whichever byte is changed and wherever it is cut', async () => {
    const { bytes } = await made()
    const right = openTrace(bytes)
    const [events, samples] = [right.events('cells'), right.samples('v')]
    const before = process.memoryUsage().arrayBuffers
    const look = (bad: Uint8Array) => {
      try {
        const trace = openTrace(bad)
        const found = [trace.events('cells'), trace.samples('v')]
        // an incomplete trace may lack rows: it says so
        if (trace.complete && trace.damage === undefined) expect(found).toEqual([events, samples])
      } catch (error) {
        expect(error).toBeInstanceOf(InputError)
      }
    }
    for (let at = 0; at < bytes.length; at++) look(bytes.with(at, bytes[at] ^ 0xff))
    for (let length = 0; length < bytes.length; length += 3) look(bytes.subarray(0, length))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e9)
  }, 120_000)
})

describe('the command line', () => {
  let folder: string
  const small = 'title: small\nduration: 30 ms\npopulations:\n  cells: {model: lif_delta, size: 3, parameters: {I_0: 30 mV}}\nfigures: [{raster: {of: [cells]}}]\n'
  const hillock = (...args: string[]) =>
    new Promise<{ code: number; err: string }>((resolve) => {
      execFile(process.execPath, [main, ...args], { cwd: folder, timeout: 60_000, killSignal: 'SIGKILL' }, (error, _, err) => resolve({ code: error ? Number(error.code) : 0, err }))
    })
  beforeAll(async () => {
    await build()
    folder = mkdtempSync(join(tmpdir(), 'hillock-bad-input-'))
    mkdirSync(join(folder, 'folder.yaml'))
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(small, 'utf16le')])
    const files: [string, string | Uint8Array][] = [
      ['good.yaml', small], ['other.yaml', small.replace('small', 'other')], ['empty.yaml', ''], ['utf16.yaml', utf16],
      ['bare16.yaml', utf16.subarray(2)], ['latin.yaml', Buffer.from(`${small}# caf\xe9\n`, 'latin1')], ['marked.yaml', `\uFEFF${small}`],
      ['binary.yaml', Uint8Array.from({ length: 4000 }, (_, i) => (i * 167 + 200) % 256)], ['big.yaml', `${small}#${'x'.repeat(2e7)}`],
      ['deep.yaml', '['.repeat(1e5)], ['bomb.yaml', `a0: &a0 [x]\n${Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`)}]\n`).join('')}`],
    ]
    for (const [name, content] of files) writeFileSync(join(folder, name), content)
    expect((await hillock('run', 'good.yaml', '--out', 'good.hlk', '--checkpoint-every', '10 ms', '--no-figures')).code).toBe(0)
    expect((await hillock('run', 'other.yaml', '--out', 'other.hlk', '--no-figures')).code).toBe(0)
  }, 200_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const resume = ['--resume', 'good.hlk.checkpoint', '--no-figures']
  const answers: [args: string[], code: number, start: string][] = [
    [['check', 'marked.yaml'], 0, ''],
    [['check', 'none.yaml'], 2, 'error: none.yaml: no such file, and no scenario of this name comes with Hillock'],
    [['check', ''], 2, 'error: found no name of a scenario'],
    [['check', 'empty.yaml'], 2, 'error: empty.yaml:1:1: the file is empty'],
    [['check', 'folder.yaml'], 2, 'error: folder.yaml is a folder; a scenario file .yaml is needed'],
    [['check', 'utf16.yaml'], 2, 'error: utf16.yaml:1:1: found text in UTF-16; UTF-8 is needed'],
    [['check', 'bare16.yaml'], 2, 'error: bare16.yaml:1:2: found a character with code 0; a text in UTF-8 is needed'],
    [['check', 'latin.yaml'], 2, 'error: latin.yaml:1:1: found bytes that are no text; a text file in UTF-8 is needed'],
    [['check', 'binary.yaml'], 2, 'error: binary.yaml:1:1: found bytes that are no text; a text file in UTF-8 is needed'],
    [['check', 'big.yaml'], 2, 'error: big.yaml:1:1: found 20000141 characters; at most 10000000 are accepted'],
    [['check', 'deep.yaml'], 2, 'error: deep.yaml:1:102: nested too deep; at most 100 levels are accepted'],
    [['check', 'bomb.yaml'], 2, 'error: bomb.yaml:7:22: aliases stand for more than 1000000 values'],
    [['run', 'good.yaml', '--out', '/dev/full'], 3, 'error: cannot write /dev/full: the disk is full'],
    [['run', 'good.yaml', '--out', '/dev/full', '--checkpoint-every', '10 ms'], 3, 'error: cannot write /dev/full: the disk is full'],
    [['run', 'good.yaml', '--out', '/proc/none/a.hlk'], 3, 'error: cannot write /proc/none/a.hlk: no such file'],
    [['run', 'good.yaml', '--out', 'a.hlk', '--figures', '/proc/none'], 3, 'error: cannot write /proc/none/good.raster.svg: no such file'],
    [['run', 'good.yaml', '--out', 'good.yaml/a.hlk'], 3, 'error: cannot write good.yaml/a.hlk: a part of the path is no folder'],
    [['run', 'other.yaml', '--out', 'good.hlk', ...resume], 2, 'error: found a checkpoint of another scenario, seed or setting'],
    [['run', 'good.yaml', '--out', 'other.hlk', ...resume], 2, 'error: found another trace than the one the checkpoint was taken of'],
    [['run', 'good.yaml', '--out', 'folder.yaml', ...resume], 2, 'error: folder.yaml: it is a folder; the trace that belongs to the checkpoint is needed'],
    [['run', 'good.yaml', '--out', 'good.hlk', '--resume', 'good.hlk'], 2, 'error: found 1'],
    [['info', 'binary.yaml'], 2, 'error: binary.yaml: found '],
    [['info', 'folder.yaml'], 2, 'error: folder.yaml: it is a folder; a trace .hlk is needed'],
    [['plot', 'good.hlk', '--out', '/proc/none/a.svg'], 3, 'error: cannot write /proc/none/a.svg: no such file'],
  ]
  const here = answers.filter(([args]) => (existsSync('/dev/full') && existsSync('/proc')) || !args.some((a) => /^\/(dev|proc)/.test(a)))
  it.each(here)('%j', async (args, code, start) => {
    const traces = () => ['good.hlk', 'other.hlk'].map((name) => readFileSync(join(folder, name)))
    const before = traces()
    const ended = await hillock(...args)
    expect([ended.code, ended.err.slice(0, start.length)]).toEqual([code, start])
    // one line, and no trace is lost by a mistake
    expect(ended.err.split('\n').length).toBeLessThanOrEqual(2)
    expect(ended.err).not.toMatch(/internal error|this is a bug|\n {4}at /)
    expect(traces()).toEqual(before)
  }, 70_000)
})
