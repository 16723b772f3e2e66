/** The editor itself: CodeMirror with YAML, completion and mistakes, put into a shadow root. */
import { acceptCompletion, autocompletion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete'
import { yaml } from '@codemirror/lang-yaml'
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint'
import { Compartment, EditorState, Prec } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'
import { basicSetup } from 'codemirror'
import type { Mistake } from '../engine-service.ts'
import { completionsAt, type KnownModels, type Schema } from './completion.ts'
import { darkColours, lightColours } from './editor-colours.ts'

export interface EditorHandle {
  text(): string
  replace(text: string): void
  /** Marks a mistake at its word, or none. */
  show(mistake: Mistake | undefined): void
  /** Puts the cursor there, and the keyboard into the editor. */
  goTo(line: number, column: number): void
  dark(yes: boolean): void
  destroy(): void
}

interface Options {
  text: string
  /** For those who cannot see. */
  label: string
  schema: Promise<{ schema: Schema; models: KnownModels }>
  edited(text: string): void
  run(): void
}

export function editorView(root: ShadowRoot, { text, label, schema, edited, run }: Options): EditorHandle {
  const colours = new Compartment()
  const complete = async (context: CompletionContext): Promise<CompletionResult | null> => {
    const known = await schema
    return context.aborted ? null : completions(known, context)
  }
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        // before the keys of basicSetup, which has a use of its own for Control-Enter; Tab leaves the editor unless a list is open
        Prec.highest(keymap.of([{ key: 'Mod-Enter', run: handled(run) }, { key: 'Tab', run: acceptCompletion }])),
        basicSetup,
        yaml(),
        EditorState.tabSize.of(2),
        autocompletion({ override: [complete], icons: false }),
        lintGutter(),
        EditorView.lineWrapping,
        EditorView.domEventHandlers({ beforeinput: typedOver }),
        EditorView.contentAttributes.of({ 'aria-label': label }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) edited(update.state.doc.toString())
        }),
        colours.of(lightColours),
      ],
    }),
  })
  return {
    text: () => view.state.doc.toString(),
    replace: (now) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: now } }),
    show: (mistake) => view.dispatch(setDiagnostics(view.state, mistake ? [diagnostic(view.state, mistake)] : [])),
    goTo: (line, column) => {
      const at = offsetOf(view.state, line, column)
      view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'center' }) })
      view.focus()
    },
    dark: (yes) => view.dispatch({ effects: colours.reconfigure(yes ? darkColours : lightColours) }),
    destroy: () => view.destroy(),
  }
}

/**
 * Text typed over a selection. Left to the browser, it would be given the style of what it replaces, in an attribute that the
 * page's policy refuses.
 */
function typedOver({ inputType, data, isComposing }: InputEvent, view: EditorView): boolean {
  const { from, to, empty } = view.state.selection.main
  if (inputType !== 'insertText' || data === null || isComposing || empty || view.state.readOnly) return false
  const insert = () => view.state.update(view.state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true })
  // such as the one that puts brackets around what is selected
  const handled = view.state.facet(EditorView.inputHandler).some((handler) => handler(view, from, to, data, insert))
  if (!handled) view.dispatch(insert())
  return true
}

/** A command that always applies. */
function handled(run: () => void): () => boolean {
  return () => {
    run()
    return true
  }
}

function completions({ schema, models }: { schema: Schema; models: KnownModels }, context: CompletionContext): CompletionResult | null {
  const text = context.state.doc.toString()
  const found = completionsAt(schema, models, text, context.pos)
  // an empty place is asked for, by Control-Space
  if (!found || (!context.explicit && found.from === context.pos)) return null
  const colon = /^\s*:/.test(text.slice(found.to))
  return {
    from: found.from,
    to: found.to,
    validFor: /^\w*$/,
    options: found.options.map(({ label, kind, about, first }) => ({
      label,
      info: about,
      type: { key: 'property', word: 'enum', name: 'class' }[kind],
      boost: first ? 1 : 0,
      ...(kind === 'key' && !colon && { apply: `${label}: ` }),
    })),
  }
}

function offsetOf({ doc }: EditorState, line: number, column: number): number {
  const { from, to } = doc.line(Math.min(Math.max(1, line), doc.lines))
  return Math.min(from + column - 1, to)
}

/** The word at the place of the mistake, or all of the first line where it has none. */
function diagnostic(state: EditorState, { line = 1, column = 1, reason }: Mistake): Diagnostic {
  const from = offsetOf(state, line, column)
  const { to: lineEnd, text, from: lineFrom } = state.doc.lineAt(from)
  const word = /^(?:[\w.-]+|"[^"]*"|'[^']*'|\S)/.exec(text.slice(from - lineFrom))?.[0] ?? ''
  return { from, to: word === '' ? lineEnd : from + word.length, severity: 'error', message: reason }
}
