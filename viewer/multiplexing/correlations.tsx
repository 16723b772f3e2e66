/** The four correlations of two inputs with event rate and burst probability: what should be large, and the cross-talk, which should not. */
import type { LaggedPeak, MultiplexingCorrelations } from '../../analysis/index.ts'

export function Correlations({ correlations, bin }: { correlations: MultiplexingCorrelations; bin: number }) {
  const { somaticEventRate, somaticBurstProbability, dendriticEventRate, dendriticBurstProbability } = correlations
  return (
    <table class="correlations">
      <caption>Pearson’s r of inputs and code, in bins of {bin} ms</caption>
      <thead>
        <tr>
          <td />
          <th scope="col">event rate</th>
          <th scope="col">burst probability</th>
        </tr>
      </thead>
      <tbody>
        <tr class="soma">
          <th scope="row">somatic input</th>
          <Cell of={somaticEventRate} bin={bin} main />
          <Cell of={somaticBurstProbability} bin={bin} />
        </tr>
        <tr class="dendrite">
          <th scope="row">dendritic input</th>
          <Cell of={dendriticEventRate} bin={bin} />
          <Cell of={dendriticBurstProbability} bin={bin} main />
        </tr>
      </tbody>
    </table>
  )
}

function Cell({ of, bin, main = false }: { of: LaggedPeak; bin: number; main?: boolean }) {
  const { zero, peak, lag, pairs } = of
  return (
    <td class={main ? 'main' : 'cross'} title={`${pairs} bins`}>
      <b>{rounded(zero)}</b>
      <span>{main ? (Number.isNaN(lag) ? '' : `largest ${rounded(peak)} at ${lag > 0 ? '+' : ''}${rounded(lag * bin, 0)} ms`) : 'cross-talk'}</span>
    </td>
  )
}

/** As figures print it: two digits, no negative zero; a dash where it is not defined. */
export function rounded(r: number, digits = 2): string {
  if (Number.isNaN(r)) return '–'
  return r.toFixed(digits).replace(/^-(0\.?0*)$/, '$1').replace('-', '\u2212')
}
