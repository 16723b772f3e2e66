/** The sheet of keys and gestures, a modal dialog: the browser keeps the focus in it and closes it on Esc. */
import { useEffect, useRef } from 'preact/hooks'
import { helpShown } from '../moving/help-shown.ts'
import { gesturesShown, keys } from '../moving/keys.ts'

export function HelpSheet() {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (helpShown.value) dialog.current?.showModal()
    else dialog.current?.close()
  }, [helpShown.value])
  const close = () => {
    helpShown.value = false
  }
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={close}>
      <header>
        <h2 id="help-title">Keys and gestures</h2>
        <button type="button" onClick={close}>
          Close
        </button>
      </header>
      <div class="columns">
        <dl>{keys.map(line)}</dl>
        <dl>{gesturesShown.map(line)}</dl>
      </div>
    </dialog>
  )
}

function line({ shown, does }: { shown: string; does: string }) {
  return (
    <div key={shown}>
      <dt>{shown}</dt>
      <dd>{does}</dd>
    </div>
  )
}
