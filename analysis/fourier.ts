/**
 * Discrete Fourier transform in place, radix 2: X[k] = sum over n of x[n] e^(-2 pi i k n / N), N a power of two.
 * Cooley & Tukey 1965. Throws RangeError where the lengths differ or are not a power of two.
 */
export function fourier(real: Float64Array, imaginary: Float64Array): void {
  const n = real.length
  if (imaginary.length !== n || n < 1 || (n & (n - 1)) !== 0) {
    throw new RangeError(`lengths ${n} and ${imaginary.length}; both must be the same power of two`)
  }
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1
    for (; j & bit; bit >>= 1) j ^= bit
    j ^= bit
    if (i < j) {
      ;[real[i], real[j]] = [real[j], real[i]]
      ;[imaginary[i], imaginary[j]] = [imaginary[j], imaginary[i]]
    }
  }
  // One table from direct evaluations: repeated multiplication of twiddle factors would lose digits.
  const cosines = Float64Array.from({ length: n >> 1 }, (_, k) => Math.cos((2 * Math.PI * k) / n))
  const sines = Float64Array.from({ length: n >> 1 }, (_, k) => -Math.sin((2 * Math.PI * k) / n))
  for (let half = 1; half < n; half <<= 1) {
    const stride = n / (2 * half)
    for (let start = 0; start < n; start += 2 * half) {
      for (let k = 0; k < half; k++) {
        const a = start + k
        const b = a + half
        const c = cosines[k * stride]
        const s = sines[k * stride]
        const re = real[b] * c - imaginary[b] * s
        const im = real[b] * s + imaginary[b] * c
        real[b] = real[a] - re
        imaginary[b] = imaginary[a] - im
        real[a] += re
        imaginary[a] += im
      }
    }
  }
}
