/** The learning rules that come with the program, one small file each; `rules` has them by the names scenarios use. */
import type { RuleDefinition } from '../engine/model.ts'
import { superspike } from './superspike.ts'

export { superspike }

const named = (...list: RuleDefinition[]): ReadonlyMap<string, RuleDefinition> => new Map(list.map((r) => [r.name, r]))

export const rules: ReadonlyMap<string, RuleDefinition> = named(superspike)
