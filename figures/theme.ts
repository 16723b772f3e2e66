/**
 * The look that all figures share: colours, sizes of type, thickness of lines.
 * Colours of series are those of Okabe and Ito (Color Universal Design, 2008), which stay apart for every kind of
 * colour vision; the order puts the ones that read best as thin lines first.
 */
import { InputError } from '../engine/errors.ts'

export type ThemeName = 'light' | 'dark'

export interface Theme {
  name: ThemeName
  background: string
  /** Text that is read first, and reference lines drawn over data. */
  ink: string
  /** Axes' numbers, captions. */
  muted: string
  /** Axis lines and ticks. */
  axis: string
  /** Separators one should hardly notice. */
  faint: string
  /** Spikes that belong to no burst. */
  singlet: string
  /** Colours of series, in order of use. */
  palette: readonly string[]
  /** The two inputs of a pyramidal neuron have a colour each, in every figure. */
  soma: string
  dendrite: string
  /** What comes in an order, such as times: colours from first to last, blended between. */
  ordered: readonly string[]
}

export const okabeIto = {
  black: '#000000',
  orange: '#E69F00',
  skyBlue: '#56B4E9',
  green: '#009E73',
  yellow: '#F0E442',
  blue: '#0072B2',
  vermillion: '#D55E00',
  purple: '#CC79A7',
} as const

export const light: Theme = {
  name: 'light',
  background: '#FFFFFF',
  ink: '#1A1A1A',
  muted: '#595959',
  axis: '#4D4D4D',
  faint: '#DDDDDD',
  singlet: '#4A4A4A',
  palette: [
    okabeIto.blue,
    okabeIto.vermillion,
    okabeIto.green,
    okabeIto.purple,
    okabeIto.orange,
    okabeIto.skyBlue,
    okabeIto.black,
  ],
  soma: okabeIto.blue,
  dendrite: okabeIto.vermillion,
  ordered: ['#141428', '#0B4F8A', '#1E93C8', '#7FCBEE'],
}

/** On dark ground the deep blue and black of the palette would drown: sky blue and yellow stand in for them. */
export const dark: Theme = {
  name: 'dark',
  background: '#14171C',
  ink: '#F0F0F0',
  muted: '#ABB2BA',
  axis: '#8B939C',
  faint: '#343A42',
  singlet: '#B4BAC1',
  palette: [okabeIto.skyBlue, okabeIto.orange, '#1FBF92', okabeIto.purple, okabeIto.yellow, '#F07A2B', '#F0F0F0'],
  soma: okabeIto.skyBlue,
  dendrite: '#F07A2B',
  ordered: ['#46618A', '#3F8FC4', '#7CC8F2', '#F2FAFF'],
}

export const fontFamily = 'DejaVu Sans, Arial, sans-serif'

/** Sizes of type in px of a figure 960 px wide. */
export const type = { title: 18, panel: 13.5, label: 13.5, tick: 12.5, caption: 12 } as const

/** The theme of that name; throws `InputError` if there is none. */
export function themeOf(name: ThemeName = 'light'): Theme {
  if (name === 'light') return light
  if (name === 'dark') return dark
  throw new InputError(`unknown theme ${JSON.stringify(name)}; known are light, dark`)
}

/** Colour and dashes of the series number `index`: when the colours are used up they come again with another dash. */
export function seriesStyle(theme: Theme, index: number): { colour: string; dash: string | undefined } {
  const dashes = [undefined, '6 3', '2 3', '8 3 2 3']
  const n = theme.palette.length
  return { colour: theme.palette[index % n], dash: dashes[Math.floor(index / n) % dashes.length] }
}

/** The colour at `part`, 0 to 1, of what comes in an order: dark to light. */
export function gradient({ ordered }: Theme, part: number): string {
  const at = Math.min(1, Math.max(0, part)) * (ordered.length - 1)
  const k = Math.min(ordered.length - 2, Math.floor(at))
  const channel = (colour: string, c: number) => Number.parseInt(colour.slice(1 + 2 * c, 3 + 2 * c), 16)
  const blend = [0, 1, 2].map((c) => Math.round(channel(ordered[k], c) + (at - k) * (channel(ordered[k + 1], c) - channel(ordered[k], c))))
  return `#${blend.map((v) => v.toString(16).padStart(2, '0')).join('').toUpperCase()}`
}
