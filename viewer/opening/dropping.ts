/** Files dropped anywhere on the page are opened. */
import { signal } from '@preact/signals'
import { openFiles } from './opening.ts'

/** Files hover over the page. */
export const dropping = signal(false)

/** Call once. */
export function listenToDrops() {
  document.addEventListener('dragover', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return
    event.preventDefault()
    dropping.value = true
  })
  document.addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) dropping.value = false
  })
  document.addEventListener('drop', (event) => {
    dropping.value = false
    const files = [...(event.dataTransfer?.files ?? [])]
    if (files.length === 0) return
    event.preventDefault()
    void openFiles(files)
  })
}
