/** CONTRIBUTING.md, followed from top to bottom: its files are written, its commands run, in a folder of their own. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { build, main, root } from '../built.ts'

interface Block {
  language: string
  text: string
  /** `file` and `my-neuron.yaml` of a line `<!-- file: my-neuron.yaml -->` before the block. */
  mark?: string
  about?: string
}

const fenced = /(?:<!-- (\w+): (.*?) -->\n)?```(\w+)\n([\s\S]*?)\n```/g
const page = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
const blocks = [...page.matchAll(fenced)].map(([, mark, about, language, text]): Block => ({ language, text, mark, about }))
let folder: string

beforeAll(async () => {
  await build()
  folder = mkdtempSync(join(tmpdir(), 'hillock-contributing-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function shell(command: string): { status: number | null; stdout: string; stderr: string } {
  const line = command.replace(/^npx hillock /, `${process.execPath} ${main} `)
  return spawnSync(line, { shell: true, cwd: folder, encoding: 'utf8' })
}

describe('CONTRIBUTING.md', () => {
  it('has files and commands, and says of every block what it is', () => {
    expect(blocks.filter(({ mark }) => mark === 'file').length).toBeGreaterThanOrEqual(9)
    expect(blocks.filter(({ language }) => language === 'sh').length).toBeGreaterThanOrEqual(7)
    expect(blocks.filter(({ language, mark }) => (language === 'sh') === (mark !== undefined))).toEqual([])
    // as many blocks as fences: none escapes the expression above
    expect(page.match(/^```/gm)).toHaveLength(2 * blocks.length)
  })

  // one after the other: a command needs the files that were written above it
  for (const { language, text, mark, about } of blocks) {
    if (mark === 'file') it(`writes ${about}`, () => writeFileSync(join(folder, String(about)), `${text}\n`))
    else if (mark === 'answer') it(`answers a mistake in ${about}`, () => expectAnswer(String(about), text))
    else if (language === 'sh') {
      for (const command of text.split('\n')) {
        it(command, () => {
          const { status, stdout, stderr } = shell(command)
          expect({ status, stderr, stdout: status === 0 ? '' : stdout }).toEqual({ status: 0, stderr: '', stdout: '' })
          expect(stdout).not.toBe('')
        })
      }
    }
  }
})

/** `my-neuron.yaml, before -> after`: with this change the file is answered with the text of the block. */
function expectAnswer(change: string, answer: string): void {
  const [, file, before, after] = /^(.*?), (.*) -> (.*)$/.exec(change) ?? []
  const right = readFileSync(join(folder, file), 'utf8')
  expect(right).toContain(before)
  writeFileSync(join(folder, file), right.replace(before, after))
  const { status, stderr } = shell(`npx hillock check ${file}`)
  writeFileSync(join(folder, file), right)
  expect({ status, stderr }).toEqual({ status: 2, stderr: `${answer}\n` })
}
