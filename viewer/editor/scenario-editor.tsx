/**
 * The scenario as text: YAML with completion from the schema and mistakes at their line. The editor lives in a shadow root, where
 * its styles are adopted style sheets, which the page's policy allows; it would refuse those the editor else puts into <style>.
 */
import type { Signal } from '@preact/signals'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Checked, Mistake } from '../engine-service.ts'
import type { KnownModels, Schema } from './completion.ts'
import { save } from '../export/save.ts'
import { editorView, type EditorHandle } from './editor-view.ts'

export interface ScenarioEditorProps {
  /** Name of the file that is edited. */
  file: string
  /** As it was opened; the editor begins with it, and "revert" goes back to it. */
  original: string
  schema: Promise<{ schema: Schema; models: KnownModels }>
  /** What the worker says of a text. */
  check(text: string): Promise<Checked>
  /** A text that was checked: whoever shows its equations and runs it wants to know. */
  changed(text: string, checked: Checked): void
  /** Control-Enter. */
  run(): void
  theme: Signal<'light' | 'dark'>
  /** Changes when the cursor is to go somewhere: 1-based. */
  goTo: Signal<{ line: number; column: number } | undefined>
}

/** After the last key (ms). */
const pause = 300

export function ScenarioEditor({ file, original, schema, check, changed, run, theme, goTo }: ScenarioEditorProps) {
  const place = useRef<HTMLDivElement>(null)
  const handle = useRef<EditorHandle | undefined>(undefined)
  /** Runs what is written, if it is right. */
  const runNow = useRef(() => {})
  const [mistake, setMistake] = useState<Mistake | undefined>(undefined)
  const [edited, setEdited] = useState(false)
  // the editor is made once; what it calls is what was given last
  const calls = useRef({ check, changed, run })
  calls.current = { check, changed, run }

  useLayoutEffect(() => {
    const host = place.current
    if (!host) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let latest = 0
    const look = async (text: string): Promise<boolean> => {
      const turn = ++latest
      const checked = await calls.current.check(text)
      // another text has been written meanwhile
      if (turn !== latest) return false
      setMistake(checked.ok ? undefined : checked)
      made.show(checked.ok || (checked.file !== undefined && checked.file !== file) ? undefined : checked)
      calls.current.changed(text, checked)
      return checked.ok
    }
    runNow.current = async () => {
      clearTimeout(timer)
      if (await look(made.text())) calls.current.run()
    }
    const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' })
    const made = editorView(root, {
      text: original,
      label: `Scenario ${file}`,
      schema,
      edited: (text) => {
        setEdited(text !== original)
        clearTimeout(timer)
        timer = setTimeout(() => void look(text), pause)
      },
      run: () => runNow.current(),
    })
    handle.current = made
    setEdited(false)
    const unsubscribe = [theme.subscribe((name) => made.dark(name === 'dark')), goTo.subscribe((at) => at && made.goTo(at.line, at.column))]
    void look(original)
    return () => {
      clearTimeout(timer)
      latest = -1
      for (const end of unsubscribe) end()
      made.destroy()
    }
  }, [file, original, schema, theme, goTo])

  return (
    <div class="scenario-editor">
      <div class="tools">
        <button type="button" onClick={() => runNow.current()}>
          Run <kbd>Ctrl Enter</kbd>
        </button>
        <button type="button" disabled={!edited} onClick={() => handle.current?.replace(original)}>
          Revert
        </button>
        <button type="button" onClick={() => save(new Blob([handle.current?.text() ?? original], { type: 'application/yaml' }), file.split('/').at(-1) ?? file)}>
          Save as file
        </button>
      </div>
      <div class="text" ref={place} />
      <p class={mistake ? 'verdict bad' : 'verdict good'} role="status">
        {mistake ? <MistakeText mistake={mistake} file={file} goTo={(line, column) => handle.current?.goTo(line, column)} /> : '✓ This scenario can be run.'}
      </p>
    </div>
  )
}

function MistakeText({ mistake, file, goTo }: { mistake: Mistake; file: string; goTo(line: number, column: number): void }) {
  const { line, column, reason, path } = mistake
  const here = line !== undefined && column !== undefined && (mistake.file ?? file) === file
  return (
    <>
      ✗{' '}
      {here && (
        <button type="button" class="link" onClick={() => goTo(line, column)}>
          line {line}, column {column}
        </button>
      )}
      {!here && mistake.file && `${mistake.file}${line === undefined ? '' : `:${line}:${column}`}`}
      {path ? ` ${path}: ` : ': '}
      {reason}
    </>
  )
}
