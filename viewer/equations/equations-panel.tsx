/** The models of the scenario as mathematics: equations, what their symbols stand for, values in this scenario, and the paper. */
import type { DescribedModel, DescribedParameter } from '../../engine/formulas.ts'
import { Formula } from './formula.tsx'

const kinds: Record<DescribedModel['kind'], string> = { neuron: 'Neuron', source: 'Source', synapse: 'Synapse', rule: 'Learning rule' }

export function EquationsPanel({ models }: { models: readonly DescribedModel[] }) {
  if (models.length === 0) return <p class="quiet">The equations of a scenario stand here once one is open.</p>
  return (
    <div class="equations">
      {models.map((model) => (
        <details key={`${model.kind} ${model.name}`} open>
          <summary>
            <strong>{model.name}</strong> <span class="quiet">{kinds[model.kind]} of {model.usedBy.join(', ')}</span>
          </summary>
          <ModelText model={model} />
        </details>
      ))}
    </div>
  )
}

function ModelText({ model }: { model: DescribedModel }) {
  const { about, groups, given, parameters, source } = model
  return (
    <>
      {about !== '' && <p>{sentence(about)}</p>}
      {groups.map(({ title, formulas }) => (
        <section key={title}>
          <h4>{title}</h4>
          {formulas.map(({ latex, unit, note }) => (
            <div key={latex}>
              <div class="line">
                <Formula latex={latex} display />
                {unit !== undefined && unit !== '1' && <span class="quiet">{unit}</span>}
              </div>
              {note && <div class="note">{note}</div>}
            </div>
          ))}
        </section>
      ))}
      {parameters.length + given.length > 0 && (
        <table>
          <caption class="unseen">Symbols of {model.name}</caption>
          <thead>
            <tr>
              <th scope="col">Symbol</th>
              <th scope="col">Value</th>
              <th scope="col">Meaning</th>
            </tr>
          </thead>
          <tbody>
            {parameters.map((parameter) => (
              <ParameterRow key={parameter.name} parameter={parameter} users={model.usedBy.length} />
            ))}
            {given.map(({ latex, unit, about: meaning }) => (
              <tr key={latex}>
                <th scope="row">
                  <Formula latex={latex} />
                </th>
                <td class="quiet">{unit === '1' ? 'given' : `given, in ${unit}`}</td>
                <td>{meaning}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {source !== '' && <p class="quiet">{source}</p>}
    </>
  )
}

/** The value that counts here; beside it the model's own, where it differs. */
function ParameterRow({ parameter, users }: { parameter: DescribedParameter; users: number }) {
  const { name, latex, about, standard, values } = parameter
  return (
    <tr>
      <th scope="row" title={name}>
        <Formula latex={latex} />
      </th>
      <td>
        {values.length === 0
          ? standard
          : values.map(({ text, of }) => (
              <div key={text}>
                {text}
                {of.length < users && <span class="quiet"> {of.join(', ')}</span>}
              </div>
            ))}
        {values.length > 0 && !values.some(({ text }) => text === standard) && <div class="quiet">else {standard}</div>}
      </td>
      <td>{about}</td>
    </tr>
  )
}

function sentence(text: string): string {
  return `${text[0].toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`
}
