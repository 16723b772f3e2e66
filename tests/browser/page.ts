/** Runs in the browser what the test runs in Node: the short form of a scenario, and says the hash of its trace. */
import { library } from '../../models/index.ts'
import { loadScenario } from '../../scenarios/load.ts'
import { runScenario } from '../../scenarios/run.ts'

async function sha256OfTrace(file: string, files: Record<string, string>, shared: boolean): Promise<string> {
  void shared
  const read = (path: string) => {
    const text = files[path]
    if (text === undefined) throw new Error(`the page was not given ${path}`)
    return text
  }
  const loaded = loadScenario(files[file], { file, read, models: library, short: true })
  const result = await runScenario(loaded)
  return result.trace.sha256
}

;(window as unknown as { hillock: unknown }).hillock = { sha256OfTrace }
