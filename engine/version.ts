/** The version of results: raised when the same scenario and seed would give another trace than before. */
export const resultsVersion = '1'
