/** Examples that trials show: inputs and what is wanted, as flat arrays, in the order of the data set. */
export interface Examples {
  name: string
  count: number
  /** Numbers of one input; `inputs` holds count x width, and each times `scale` is the value (u8 pixels: 1/255). */
  width: number
  inputs: Uint8Array | Float32Array | Float64Array
  scale: number
  /** Numbers of one wanted output: of classes, as many as there are classes. */
  outputs: number
  /** The class of every example, or wanted outputs (count x outputs). */
  wanted: { labels: Uint8Array } | { values: Float64Array }
  /** split -> first and last example, both included */
  splits: Record<string, { first: number; last: number }>
}
