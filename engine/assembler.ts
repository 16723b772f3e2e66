/** WebAssembly text to a running instance. The text is assembled by wabt, the same in Node and in a browser. */
import wabt from 'wabt'
import { assert } from './errors.ts'

export type Assembler = <T>(name: string, text: string, memory: WebAssembly.Memory) => T

let loading: ReturnType<typeof wabt> | undefined

/** Loads wabt once. Modules of the same text are compiled once. */
export async function assembler(): Promise<Assembler> {
  loading ??= wabt()
  const tool = await loading
  const compiled = new Map<string, WebAssembly.Module>()
  return <T>(name: string, text: string, memory: WebAssembly.Memory): T => {
    let module = compiled.get(text)
    if (!module) {
      const parsed = tool.parseWat(`${name}.wat`, text, { simd: true, threads: true })
      try {
        const { buffer } = parsed.toBinary({})
        assert(WebAssembly.validate(buffer as Uint8Array<ArrayBuffer>), `the code of ${name} is not valid`)
        module = new WebAssembly.Module(buffer as Uint8Array<ArrayBuffer>)
      } finally {
        parsed.destroy()
      }
      compiled.set(text, module)
    }
    return new WebAssembly.Instance(module, { engine: { memory } }).exports as T
  }
}
