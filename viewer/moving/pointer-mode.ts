/** What dragging on a plot does, unless shift (box) or alt (select) is held. */
import { signal } from '@preact/signals'

export type PointerMode = 'pan' | 'box' | 'select'
export const pointerMode = signal<PointerMode>('pan')
