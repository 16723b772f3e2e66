/** What is used here of KaTeX, whose package brings no types. */
declare module 'katex' {
  export interface KatexOptions {
    displayMode?: boolean
    throwOnError?: boolean
    strict?: 'ignore' | 'warn' | 'error'
    output?: 'html' | 'mathml' | 'htmlAndMathml'
  }
  /** Of what it builds before there are nodes: what has children, and attributes. */
  export interface Built {
    attributes?: Record<string, string>
    children?: Built[]
    toNode(): Node
  }
  const katex: {
    __renderToDomTree(latex: string, options: KatexOptions): Built
    renderToString(latex: string, options?: KatexOptions): string
  }
  export default katex
}
