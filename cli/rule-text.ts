/** A learning rule in words and equations: what it hears, what it remembers, what it does, and its parameters. */
import type { RuleDefinition } from '../engine/model.ts'
import { dedented, indented, table } from './text.ts'

const memories = { pre: 'of every presynaptic neuron', post: 'of every postsynaptic neuron', synapse: 'of every synapse', let: 'where' } as const

/** Several lines, without the last line's end. */
export function ruleText(rule: RuleDefinition): string {
  const { name, about, source, parameters, on, sets = {}, neuron = {}, pre_neuron: presynaptic = {}, initial = {}, compatibility = [], program } = rule
  const lines = [`${name}: ${about}`, `  ${source}`]
  for (const [key, title] of Object.entries(memories)) {
    const equations = rule[key as keyof typeof memories]
    if (equations) lines.push(`  ${title}:`, indented(dedented(equations), '    '))
  }
  const starts = Object.entries(initial).map(([variable, value]) => `${variable} = ${value}`)
  if (starts.length > 0) lines.push(`  from the start: ${starts.join(', ')}`)
  const rows = (list: string[][], indent: string) => void (list.length > 0 && lines.push(table(list, indent)))
  rows(Object.entries(on).flatMap(([ear, text]) => statements(text).map((line, k) => [k === 0 ? heard(ear) : '', line])), '  ')
  rows(Object.entries(neuron).map(([symbol, [unit, meaning]]) => [`reads ${symbol}`, `${unit}: ${meaning}`]), '  ')
  rows(Object.entries(presynaptic).map(([symbol, [unit, meaning]]) => [`reads ${symbol}`, `${unit}, of the presynaptic neuron: ${meaning}`]), '  ')
  if (program) lines.push(`  ${Object.keys(on).length > 0 ? 'also as' : 'as'} a program: ${program.about}`)
  rows(Object.entries(parameters).map(([symbol, [value, meaning]]) => [symbol, String(value), compatibility.includes(symbol) ? `${meaning} (for compatibility)` : meaning]), '    ')
  for (const [set, values] of Object.entries(sets)) {
    lines.push(`  set ${set}: ${Object.entries(values).map(([symbol, value]) => `${symbol} = ${value}`).join(', ')}`)
  }
  return lines.join('\n')
}

function statements(text: string | undefined): string[] {
  return (text ?? '').split(/[;\n]/).map((line) => line.trim()).filter((line) => line !== '')
}

function heard(ear: string): string {
  const [kind, which] = ear.split(':')
  if (which !== undefined) return kind === 'every' ? `every ${which}` : kind === 'end' ? `at the end of ${which}` : `at the ${kind} ${which}`
  return kind === 'tick' ? 'at every tick' : `at a ${ears[kind] ?? kind.replace('_', ' ')}`
}
const ears: Record<string, string> = {
  pre_spike: 'presynaptic spike',
  pre_burst: 'presynaptic burst',
  post_spike: 'postsynaptic spike',
  post_burst: 'postsynaptic burst',
  post_plateau: 'postsynaptic plateau potential',
  modulator: 'spike of the modulator',
}
