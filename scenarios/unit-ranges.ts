/** Kept in the engine, where figures of a trace read them too. */
export { countOf, portOf, type Sizes, unitsOf } from '../engine/unit-ranges.ts'
