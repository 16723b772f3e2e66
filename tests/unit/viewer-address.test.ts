/** The view in the page's address: what is written is read again, and what cannot be read is named. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAddress, type ViewState, writeAddress } from '../../viewer/opening/address.ts'
import type { RowOrder } from '../../viewer/trace-service.ts'
import type { Strip } from '../../viewer/view.ts'

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
const time = fc.double({ min: 0, max: 1e7, noNaN: true, noDefaultInfinity: true })
const span = fc.tuple(time, fc.double({ min: 0.001, max: 1e5, noNaN: true })).map(([a, length]): [number, number] => [a, a + length])
const order: fc.Arbitrary<RowOrder> = fc.oneof(
  fc.constantFrom<RowOrder>({ by: 'id' }, { by: 'rate' }, { by: 'first_spike' }),
  fc.record({ by: fc.constant('variable' as const), samples: name, variable: name, at: time }),
)
const bin = { bin: fc.option(time, { nil: undefined }), input: fc.option(name, { nil: undefined }) }
const strip: fc.Arbitrary<Strip> = fc.oneof(
  fc.record({ kind: fc.constant('rates' as const), populations: fc.array(name, { minLength: 1 }), ...bin }),
  fc.record({ kind: fc.constant('code' as const), population: name, show: fc.constantFrom('event_rate' as const, 'burst_rate' as const, 'burst_probability' as const), ...bin }),
  fc.record({ kind: fc.constant('samples' as const), samples: name, variables: fc.array(name), columns: fc.array(fc.nat()), log: fc.option(fc.constant(true), { nil: undefined }) }),
  fc.record({ kind: fc.constant('weights' as const), projection: name }),
  fc.record({ kind: fc.constant('bands' as const) }),
)
const state: fc.Arbitrary<ViewState> = fc.record({
  from: time,
  to: time,
  groups: fc.array(fc.record({ population: name, collapsed: fc.boolean(), hidden: fc.boolean(), order, rows: fc.option(span, { nil: undefined }) }), { minLength: 1 }),
  threshold: fc.oneof(fc.constant('recorded' as const), fc.double({ min: 0.1, max: 100, noNaN: true })),
  strips: fc.array(strip),
  selection: fc.option(
    fc.tuple(span, fc.array(fc.tuple(name, order, span))).map(([[from, to], rows]) => ({
      from,
      to,
      rows: rows.map(([population, order, [first, last]]) => ({ population, order, first, last })),
    })),
    { nil: undefined },
  ),
  overlay: fc.boolean(),
  theme: fc.option(fc.constantFrom('light' as const, 'dark' as const), { nil: undefined }),
})

/** Without keys whose value is undefined. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value))

describe('the address of a view', () => {
  it('gives back what was written', () => {
    fc.assert(
      fc.property(state, (written) => {
        const text = writeAddress(written)
        expect(text).not.toMatch(/\s/)
        // as a browser gives it back after it was put into the address
        const { hash } = new URL(`https://host.example/#${text}`)
        const { state: read, problems } = readAddress(hash)
        expect(problems).toEqual([])
        expect({ threshold: 'recorded', overlay: true, ...plain(read) }).toEqual(plain(written))
      }),
    )
  })

  it('is short and can be read', () => {
    const group = { collapsed: false, hidden: false, order: { by: 'id' } } as const
    const text = writeAddress({ from: 100, to: 900, groups: [{ ...group, population: 'pyramidal', order: { by: 'rate' }, rows: [0, 200] }, { ...group, population: 'readers', collapsed: true }], threshold: 16, strips: [{ kind: 'bands' }], overlay: true })
    expect(text).toBe('from=100&to=900&groups=pyramidal:rate:rows/0/200,readers:collapsed&isi=16&strips=bands')
  })

  it('says when every strip is closed', () => {
    const text = writeAddress({ groups: [], threshold: 'recorded', strips: [], overlay: true })
    expect(text).toBe('strips=none')
    expect(readAddress(`#${text}`)).toEqual({ state: { strips: [] }, problems: [] })
    expect(readAddress('#from=3').state).not.toHaveProperty('strips')
  })

  it.each([
    ['form=3', /"form" is not known; known are from, to/],
    ['from=soon', /found "soon"; a number is needed/],
    ['isi=-1', /above 0 ms/],
    ['groups=e:upside', /found "upside"; rate, first_spike are known/],
    ['groups=e:rows/5/5', /end after they begin/],
    ['groups=%E0%A4', /not percent-encoded/],
    ['strips=flames', /found "flames"/],
    ['strips=rates:bin/5', /a strip of kind rates needs populations/],
    ['strips=bands:colour/red', /no "colour"/],
    ['select=5/1', /ends after it begins/],
    ['theme=mauve', /light, dark are known/],
  ])('names what it cannot read: %s', (text, problem) => {
    const { state: read, problems } = readAddress(`#to=7&${text}`)
    expect(problems).toEqual([expect.stringMatching(problem)])
    expect(read).toEqual({ to: 7 })
  })
})
