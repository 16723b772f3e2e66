/**
 * How deep a YAML text is nested, found without recursion. It has to be known before the text is composed: the composer
 * recurses, and close to the end of the stack V8 may abort the whole process (while it compiles a regular expression)
 * instead of throwing an error that could be caught.
 */
import { CST, Parser } from 'yaml'

/** The offset of a collection that lies deeper than `limit`, if there is one; `onNewLine` hears where lines begin. */
export function tooDeep(text: string, limit: number, onNewLine: (offset: number) => void): number | undefined {
  const stack: [token: CST.Token, depth: number][] = []
  for (const token of new Parser(onNewLine).parse(text)) {
    stack.push([token, 0])
    for (let top = stack.pop(); top; top = stack.pop()) {
      const [inside, depth] = top
      if (CST.isCollection(inside)) {
        if (depth > limit) return inside.offset
        for (const { key, value } of inside.items) {
          if (key) stack.push([key, depth + 1])
          if (value) stack.push([value, depth + 1])
        }
      } else if (inside.type === 'document' && inside.value) {
        stack.push([inside.value, depth])
      }
    }
  }
  return undefined
}
