/** What is wrong, and a way to where it was written. */
import type { Mistake } from '../engine-service.ts'
import * as live from './live-run.ts'

export function MistakeNote({ mistake, showEditor }: { mistake: Mistake; showEditor?(): void }) {
  const { line, column, file, reason, path } = mistake
  const own = live.opened.value?.file
  const here = line !== undefined && column !== undefined && showEditor !== undefined && (file === undefined || file === own)
  return (
    <p class="mistake" role="alert">
      ✗{' '}
      {here && (
        <>
          <button
            type="button"
            class="link"
            onClick={() => {
              showEditor()
              live.cursor.value = { line, column }
            }}
          >
            line {line}, column {column}
          </button>{' '}
        </>
      )}
      {here ? `${path ? `${path}: ` : ''}${reason}` : mistake.message}
    </p>
  )
}
