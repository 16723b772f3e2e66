/** Hands bytes to the user as a file. */
export function saveAs(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // the browser has taken what it needs by then
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
