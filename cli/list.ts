/** `hillock list`: the models, learning rules, scenarios and expectations that come with Hillock. */
import { readFileSync } from 'node:fs'
import { Argument, Command } from 'commander'
import { InputError } from '../engine/errors.ts'
import type { Parameters } from '../engine/model.ts'
import { library } from '../models/index.ts'
import { rules } from '../plasticity/index.ts'
import { scenarioJsonSchema } from '../scenarios/json-schema.ts'
import { readYaml } from '../scenarios/yaml.ts'
import { packagedScenarios } from './package.ts'
import { ruleText } from './rule-text.ts'
import { near } from './scenario-file.ts'
import { dedented, indented, plural, say, table } from './text.ts'

const groups = ['neurons', 'synapses', 'rules', 'detectors', 'sources', 'scenarios', 'expectations'] as const
type Group = (typeof groups)[number]

export function listCommand(done: (code: number) => void): Command {
  return new Command('list')
    .description('the models, learning rules, scenarios and expectations that come with Hillock')
    .addArgument(new Argument('[what]', 'all in short unless said').choices(groups))
    .option('--schema', 'print the JSON Schema of scenario files, for editors')
    .addHelpText('after', '\nExamples:\n  hillock list\n  hillock list neurons\n  hillock list rules\n  hillock list --schema > scenario.schema.json')
    .action((what: Group | undefined, { schema }: { schema?: boolean }) => {
      if (schema) say(JSON.stringify(scenarioJsonSchema(), null, 2))
      else if (what === undefined) sayAll()
      else sayGroup(what)
      done(0)
    })
}

/** A line each. */
function sayAll(): void {
  const { neurons, synapses, detectors, sources } = library
  for (const [group, known] of Object.entries({ neurons, synapses, rules, detectors, sources })) {
    if (known.size === 0) continue
    say(`${group}:`)
    say(table([...known.values()].map(({ name, about }) => [name, about])))
  }
  say('scenarios:')
  say(table(scenarios().map(({ name, title }) => [name, title])))
  say(`\n"hillock list neurons" tells more; also ${groups.slice(1).join(', ')}`)
}

function sayGroup(what: Group): void {
  if (what === 'neurons') {
    for (const m of library.neurons.values()) {
      sayModel(m)
      say(indented(dedented(m.equations), '    '))
      const regimes = m.eventDriven ? 'clocked, event_driven (exact)' : 'clocked'
      say(
        table([
          ...Object.entries(m.receptors).map(([name, effect]) => [`receptor ${name}`, effect]),
          ...Object.entries(m.currents ?? {}).map(([name, [unit, about]]) => [`current ${name}`, `${unit}: ${about}`]),
          ...(m.threshold ? [['fires when', m.threshold]] : []),
          ...(m.rate ? [['fires with rate', m.rate]] : []),
          ['regimes', regimes],
        ]),
      )
      sayParameters(m.parameters)
    }
  } else if (what === 'synapses') {
    for (const m of library.synapses.values()) {
      sayModel(m)
      if (m.pre) say(indented(dedented(m.pre), '    '))
      say(table([['sends', m.transmit], ...(m.onPreSpike ? [['at a spike', m.onPreSpike]] : [])]))
      sayParameters(m.parameters)
    }
  } else if (what === 'rules') {
    if (rules.size === 0) say('no rule comes with this copy')
    for (const r of rules.values()) say(`${ruleText(r)}\n`)
  } else if (what === 'detectors') for (const m of library.detectors.values()) sayModel(m)
  else if (what === 'sources') {
    for (const m of library.sources.values()) {
      sayModel(m)
      sayParameters(m.parameters)
    }
  } else if (what === 'scenarios') sayScenarios()
  else {
    for (const { name, title, expect } of scenarios()) {
      if (expect.length === 0) continue
      say(`${name}: ${title}`)
      say(table(expect.map((e) => [e.name, acceptedWords(e), e.source ?? ''])))
    }
  }
}

function sayModel({ name, about, source }: { name: string; about: string; source: string }): void {
  say(`${name}: ${about}`)
  say(`  ${source}`)
}

function sayParameters(parameters: Parameters): void {
  const rows = Object.entries(parameters).map(([name, [value, about]]) => [name, String(value), about])
  if (rows.length > 0) say(table(rows, '    '))
  say()
}

function sayScenarios(): void {
  const all = scenarios()
  if (all.length === 0) say('no scenario comes with this copy')
  for (const { name, file, title, source, expect } of all) {
    say(`${name}: ${title}`)
    say(`  ${near(file)}; ${plural(expect.length, 'expectation')}`)
    if (source) say(`  ${source}`)
  }
}

interface Listed {
  name: string
  file: string
  title: string
  source?: string
  expect: ListedExpectation[]
}

interface ListedExpectation {
  name: string
  source?: string
  accept?: unknown[]
  value?: unknown
  tolerance?: unknown
  metric?: { table?: { values: unknown[]; tolerance: unknown } }
}

/** As written: a scenario with a mistake is listed too. */
function scenarios(): Listed[] {
  return [...packagedScenarios()].map(([name, file]) => {
    try {
      const value = readYaml(readFileSync(file, 'utf8'), near(file)).value as Partial<Listed>
      return { name, file, title: String(value.title ?? ''), source: value.source, expect: value.expect ?? [] }
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      return { name, file, title: `(cannot be read: ${error.message})`, expect: [] }
    }
  })
}

function acceptedWords({ accept, value, tolerance, metric }: ListedExpectation): string {
  if (accept) return `${accept[0]} to ${accept[1]}`
  if (value !== undefined) return `${value} within ${tolerance}`
  return metric?.table ? `${metric.table.values.length} values within ${metric.table.tolerance}` : ''
}
