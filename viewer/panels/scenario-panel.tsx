/** The scenario that is open, in the editor; what is right in it is what the next run runs. */
import { ScenarioEditor } from '../editor/scenario-editor.tsx'
import { accept, check, cursor, opened, schema, start } from '../live/live-run.ts'
import { theme } from '../view.ts'
import { ItsScenario } from './its-scenario.tsx'
import { showTab } from './side.tsx'

export function ScenarioPanel() {
  const files = opened.value
  if (!files) return <ItsScenario what="to edit it here" />
  const run = () => {
    showTab('Live')
    void start()
  }
  return <ScenarioEditor key={files} file={files.file} original={files.files[files.file] ?? ''} schema={schema()} check={check} changed={accept} run={run} theme={theme} goTo={cursor} />
}
