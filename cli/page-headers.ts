/**
 * What the page is allowed, said in the headers of every answer: nothing of another host, no script or style inside HTML.
 * `wasm-unsafe-eval` is what compiled equations need; the Cross-Origin lines are what shared memory needs.
 */

const policy: Record<string, string> = {
  'default-src': "'self'",
  'script-src': "'self' 'wasm-unsafe-eval'",
  'style-src': "'self'",
  'img-src': "'self' data: blob:",
  'font-src': "'self'",
  'connect-src': "'self' blob:",
  'worker-src': "'self'",
  'object-src': "'none'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
}

/** `more` adds to directives of the policy, for the server of development. */
export function pageHeaders(more: Record<string, string> = {}): Record<string, string> {
  const directives = Object.entries(policy).map(([name, value]) => `${name} ${value}${more[name] ? ` ${more[name]}` : ''}`)
  return {
    'Content-Security-Policy': directives.join('; '),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  }
}
