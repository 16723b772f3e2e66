/** What is used here of KaTeX, whose package brings no types. */
declare module 'katex' {
  export interface KatexOptions {
    displayMode?: boolean
    throwOnError?: boolean
    strict?: 'ignore' | 'warn' | 'error'
    output?: 'html' | 'mathml' | 'htmlAndMathml'
  }
  const katex: {
    render(latex: string, into: HTMLElement, options?: KatexOptions): void
    renderToString(latex: string, options?: KatexOptions): string
  }
  export default katex
}
