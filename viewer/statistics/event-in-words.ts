/** What a row of the trace is, in words. */
import { kinds } from '../../engine/description.ts'
import { spikeClass } from '../store/spike-classes.ts'

const ofClass = {
  [spikeClass.none]: '',
  [spikeClass.singlet]: 'spike, singlet',
  [spikeClass.onset]: 'spike, burst onset',
  [spikeClass.second]: 'spike, second of a burst',
  [spikeClass.later]: 'spike, inside a burst',
} as const

export function eventInWords(kind: number, found: number): string {
  const words: string[] = []
  if (kind & kinds.spike) words.push(ofClass[found as keyof typeof ofClass] || 'spike')
  if (kind & kinds.plateau_on) words.push('plateau begins')
  if (kind & kinds.plateau_off) words.push('plateau ends')
  return words.join('; ')
}
