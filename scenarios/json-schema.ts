/** The schema of a scenario for editors: a file begins with `# yaml-language-server: $schema=scenario.schema.json`. */
import { z } from 'zod'
import { scenarioSchema } from './schema.ts'

/** JSON Schema, draft 7 (what YAML editors read), of a scenario as a person writes it. */
export function scenarioJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(scenarioSchema, { target: 'draft-7', io: 'input', reused: 'inline' })
  return {
    ...schema,
    title: 'Hillock scenario',
    description: 'A network, an experiment on it, and what it should show',
  }
}
