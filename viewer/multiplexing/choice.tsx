/** A labelled choice of a panel: values and what they are called. */
export function Choice({ label, value, options, choose }: { label: string; value: string; options: readonly (readonly [string, string])[]; choose(value: string): void }) {
  return (
    <label>
      <span>{label}</span>
      <select value={value} onChange={(event) => choose(event.currentTarget.value)}>
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </label>
  )
}
