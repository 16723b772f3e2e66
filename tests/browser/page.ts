/** Runs in the browser what the test runs in Node: the short form of a scenario, and says the hash of its trace. */
import { library } from '../../models/index.ts'
import { loadScenario } from '../../scenarios/load.ts'
import { runScenario } from '../../scenarios/run.ts'

/** `pictures` are in base 64. */
async function sha256OfTrace(file: string, files: Record<string, string>, pictures: Record<string, string>): Promise<string> {
  const read = (path: string) => {
    const text = files[path]
    if (text === undefined) throw new Error(`the page was not given ${path}`)
    return text
  }
  const readBytes = (path: string) => {
    if (pictures[path] === undefined) throw new Error(`the page was not given ${path}`)
    return Uint8Array.from(atob(pictures[path]), (character) => character.charCodeAt(0))
  }
  const loaded = loadScenario(files[file], { file, read, readBytes, models: library, short: true })
  const result = await runScenario(loaded)
  return result.trace.sha256
}

;(window as unknown as { hillock: unknown }).hillock = { sha256OfTrace }
