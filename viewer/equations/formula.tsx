/** One formula, set by KaTeX into its own element. What it cannot set is shown as it was written. */
import katex from 'katex'
import { useLayoutEffect, useRef } from 'preact/hooks'

export function Formula({ latex, display = false }: { latex: string; display?: boolean }) {
  const place = useRef<HTMLSpanElement>(null)
  useLayoutEffect(() => {
    // nodes and properties, no markup: styles in attributes are refused by the page's policy
    if (place.current) katex.render(latex, place.current, { displayMode: display, throwOnError: false, strict: 'ignore' })
  }, [latex, display])
  return <span ref={place} class="formula" />
}
