import { pearson } from './correlation.ts'
import { upperTriangle } from './dissimilarity.ts'
import { checkFinite } from './trains.ts'

/**
 * The RDM of a model that knows categories only: 0 within a category, 1 between two.
 * Khaligh-Razavi & Kriegeskorte 2014. Parameters: the labels of K stimuli. Gives K x K.
 */
export function categoryRdm(labels: ArrayLike<number | string>): Float64Array {
  const K = labels.length
  return Float64Array.from({ length: K * K }, (_, k) => (labels[Math.floor(k / K)] === labels[k % K] ? 0 : 1))
}

/** Each category as a cluster, in the order of first appearance: `clusters[c][i]` tells whether stimulus i is in it. */
export function clustersOf(labels: ArrayLike<number | string>): boolean[][] {
  const all = Array.from(labels)
  return [...new Set(all)].map((category) => all.map((label) => label === category))
}

export interface CategoryFit {
  /** Weight of every cluster; 0 of one that says nothing beyond those before it (such as one of a single stimulus). */
  weights: Float64Array
  constant: number
  /** constant + sum of weight x cluster RDM, of the pairs of the upper triangle. */
  fit: Float64Array
  /** Squared correlation of fit and RDM; NaN where one of them is constant. */
  categoricality: number
}

/**
 * How categorical an RDM is: the least-squares fit of cluster RDMs (0 where both stimuli are in the cluster, 1
 * elsewhere) and a constant, minimising sum over pairs of (rdm - constant - sum of weight x cluster)^2, and the squared
 * correlation of fit and RDM.
 * Khaligh-Razavi & Kriegeskorte 2014 (categoricality index). Clusters may overlap: animate, face, human face.
 *
 * Parameters: rdm K x K, clusters of K memberships each (`clustersOf`). Throws RangeError where the matrix is not
 * square, symmetric and finite, and where a cluster is not of K stimuli.
 */
export function categoryFit(rdm: ArrayLike<number>, clusters: readonly ArrayLike<boolean>[]): CategoryFit {
  const y = upperTriangle(rdm)
  checkFinite(y, 'dissimilarity')
  const K = Math.sqrt(rdm.length)
  clusters.forEach((cluster, c) => {
    if (cluster.length !== K) throw new RangeError(`cluster ${c} is of ${cluster.length} stimuli and the matrix of ${K}; they must be of the same`)
  })
  const columns = [y.map(() => 1), ...clusters.map((cluster) => pairsOf(cluster, K))]
  const all = leastSquares(columns, y)
  const fit = y.map((_, k) => columns.reduce((sum, column, c) => sum + all[c] * column[k], 0))
  const r = pearson(fit, y)
  return { weights: all.slice(1), constant: all[0], fit, categoricality: r * r }
}

function pairsOf(cluster: ArrayLike<boolean>, K: number): Float64Array {
  const pairs = new Float64Array((K * (K - 1)) / 2)
  let k = 0
  for (let i = 0; i < K; i++) for (let j = i + 1; j < K; j++) pairs[k++] = cluster[i] && cluster[j] ? 0 : 1
  return pairs
}

/**
 * Coefficients of the columns by modified Gram-Schmidt. A column that depends on those before it gets 0: the fit stays
 * the same, only how it is shared out would be arbitrary. Columns are of zeros and ones, so what is left of a dependent
 * one is rounding.
 */
function leastSquares(columns: readonly Float64Array[], y: Float64Array): Float64Array {
  const n = columns.length
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, k) => sum + x * b[k], 0)
  const q: (Float64Array | undefined)[] = []
  const r = columns.map(() => new Float64Array(n))
  columns.forEach((column, c) => {
    const rest = column.slice()
    for (let b = 0; b < c; b++) {
      const basis = q[b]
      if (!basis) continue
      r[b][c] = dot(basis, rest)
      rest.forEach((x, k) => {
        rest[k] = x - r[b][c] * basis[k]
      })
    }
    r[c][c] = Math.sqrt(dot(rest, rest))
    q.push(r[c][c] > 1e-9 * Math.sqrt(column.length) ? rest.map((x) => x / r[c][c]) : undefined)
  })
  const result = new Float64Array(n)
  for (let c = n - 1; c >= 0; c--) {
    const basis = q[c]
    if (!basis) continue
    let sum = dot(basis, y)
    for (let later = c + 1; later < n; later++) sum -= r[c][later] * result[later]
    result[c] = sum / r[c][c]
  }
  return result
}
