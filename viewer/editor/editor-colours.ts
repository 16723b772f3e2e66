/** Colours of the text that is edited, those of the figures: they tell keys, texts, numbers and comments apart, light and dark. */
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

/** Custom properties of the page reach into the shadow root. */
const frame = (dark: boolean) =>
  EditorView.theme(
    {
      '&': { color: 'var(--ink)', backgroundColor: 'var(--background)', fontSize: '13px', height: '100%' },
      '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
      '.cm-scroller': { fontFamily: "'DejaVu Sans Mono', Consolas, Menlo, monospace", lineHeight: '1.45' },
      '.cm-content': { caretColor: 'var(--ink)' },
      '.cm-cursor': { borderLeftColor: 'var(--ink)' },
      '.cm-gutters': { backgroundColor: 'var(--panel)', color: 'var(--muted)', borderRight: '1px solid var(--faint)' },
      '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--accent) 9%, transparent)' },
      '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'color-mix(in srgb, var(--accent) 28%, transparent)' },
      '.cm-tooltip, .cm-panels': { backgroundColor: 'var(--panel)', color: 'var(--ink)', border: '1px solid var(--faint)' },
      '.cm-tooltip.cm-completionInfo': { maxWidth: '260px' },
      '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--accent)', color: 'var(--background)' },
    },
    { dark },
  )

const syntax = syntaxHighlighting(
  HighlightStyle.define([
    { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent)' },
    { tag: [tags.string, tags.content], color: 'var(--ink)' },
    { tag: [tags.number, tags.bool, tags.null], color: 'var(--good)' },
    { tag: tags.comment, color: 'var(--muted)', fontStyle: 'italic' },
    { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: 'var(--axis)' },
  ]),
)

export const lightColours: Extension = [frame(false), syntax]
export const darkColours: Extension = [frame(true), syntax]
