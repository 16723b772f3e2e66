/**
 * Exact step of a linear system with constant coefficients and inputs held over the step:
 *   dx/dt = A x + b   =>   x(t + dt) = x + (P - 1) x + Q b,   P = exp(A dt),   Q = integral over the step of exp(A s) ds
 * Rotter & Diesmann 1999 (Biol. Cybern. 81:381), eqs 3-5. A is in 1/ms, dt in ms; n x n, row-major.
 * P - 1 and not P is computed, since for slow variables the difference is what matters. Only + - * / are used, so the
 * bits do not depend on the host, and an entry that is zero by structure stays exactly zero.
 */
export interface Propagator {
  /** P - identity */
  change: Float64Array
  /** Q */
  input: Float64Array
}

export function propagator(A: Float64Array, n: number, dt: number): Propagator {
  // exp of the augmented matrix [[A, 1], [0, 0]] dt holds P and Q side by side (Van Loan 1978)
  const m = 2 * n
  const M = new Float64Array(m * m)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) M[i * m + j] = A[i * n + j] * dt
    M[i * m + n + i] = dt
  }
  const E = exponentialMinusIdentity(M, m)
  const change = new Float64Array(n * n)
  const input = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      change[i * n + j] = E[i * m + j]
      input[i * n + j] = E[i * m + n + j]
    }
  }
  return { change, input }
}

/** exp(M) - 1 by a Taylor series of M / 2^s and s doublings E <- 2 E + E E. */
function exponentialMinusIdentity(M: Float64Array, m: number): Float64Array {
  let norm = 0
  for (let i = 0; i < m; i++) {
    let row = 0
    for (let j = 0; j < m; j++) row += Math.abs(M[i * m + j])
    norm = Math.max(norm, row)
  }
  let halvings = 0
  for (let size = norm; size > 0.5; size /= 2) halvings++
  const scale = 1 / 2 ** halvings
  const X = M.map((x) => x * scale)
  let term = X.slice()
  let E = X.slice()
  for (let k = 2; k <= 20; k++) {
    term = product(term, X, m).map((x) => x / k)
    for (let i = 0; i < E.length; i++) E[i] += term[i]
  }
  for (let s = 0; s < halvings; s++) {
    const square = product(E, E, m)
    E = E.map((x, i) => 2 * x + square[i])
  }
  return E
}

function product(a: Float64Array, b: Float64Array, m: number): Float64Array {
  const c = new Float64Array(m * m)
  for (let i = 0; i < m; i++) {
    for (let k = 0; k < m; k++) {
      const x = a[i * m + k]
      if (x !== 0) for (let j = 0; j < m; j++) c[i * m + j] += x * b[k * m + j]
    }
  }
  return c
}
