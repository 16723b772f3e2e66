/** One formula, set by KaTeX into its own element. What it cannot set is shown as it was written. */
import katex, { type Built } from 'katex'
import { useLayoutEffect, useRef } from 'preact/hooks'

export function Formula({ latex, display = false }: { latex: string; display?: boolean }) {
  const place = useRef<HTMLSpanElement>(null)
  useLayoutEffect(() => {
    if (place.current) setInto(place.current, latex, display)
  }, [latex, display])
  return <span ref={place} class="formula" />
}

/** Nodes and properties, no markup: the page's policy refuses styles in attributes, which KaTeX gives to what it draws as SVG. */
function setInto(place: HTMLElement, latex: string, displayMode: boolean) {
  const built = katex.__renderToDomTree(latex, { displayMode, throwOnError: false, strict: 'ignore' })
  renameStyles(built)
  place.replaceChildren(built.toNode())
  for (const drawn of place.querySelectorAll<SVGElement>('[data-style]')) drawn.style.cssText = drawn.dataset.style ?? ''
}

function renameStyles({ attributes, children }: Built) {
  if (attributes && 'style' in attributes) {
    attributes['data-style'] = attributes.style
    delete attributes.style
  }
  for (const child of children ?? []) renameStyles(child)
}
