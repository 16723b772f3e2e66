/** Runs in the browser what the test runs in Node: the short form of a scenario, and says the hash of its trace. */
import { library } from '../../models/index.ts'
import { loadScenario } from '../../scenarios/load.ts'
import { runScenario } from '../../scenarios/run.ts'

/** `pictures` are in base 64; `data` are files of packages, which the server has. */
async function sha256OfTrace(file: string, files: Record<string, string>, pictures: Record<string, string>, data: readonly string[]): Promise<string> {
  const read = (path: string) => {
    const text = files[path]
    if (text === undefined) throw new Error(`the page was not given ${path}`)
    return text
  }
  const readBytes = (path: string) => {
    if (pictures[path] === undefined) throw new Error(`the page was not given ${path}`)
    return Uint8Array.from(atob(pictures[path]), (character) => character.charCodeAt(0))
  }
  const bytes = new Map(await Promise.all(data.map(async (name) => [name, await fetched(name)] as const)))
  const dataFiles = (name: string) => {
    if (!data.includes(name)) throw new Error(`the page was not given ${name}`)
    return bytes.get(name)
  }
  const loaded = loadScenario(files[file], { file, read, readBytes, dataFiles, models: library, short: true })
  const result = await runScenario(loaded)
  return result.trace.sha256
}

async function fetched(name: string): Promise<Uint8Array | undefined> {
  const answer = await fetch(`/data-files/${name}`)
  return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : undefined
}

;(window as unknown as { hillock: unknown }).hillock = { sha256OfTrace }
