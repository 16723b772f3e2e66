/** The keys of the page, each with what it does: the sheet on `?` is this table. Keys pressed in a field belong to the field. */
import { limits, look, panRows, panTime, revisit, showAll, zoomRows, zoomTime } from './navigation.ts'
import { helpShown } from './help-shown.ts'
import { drawer } from '../panels/side.tsx'
import { stopPlaying, togglePlay } from './playback.ts'
import { pointed, stepEvent } from './pointing.ts'
import { pointerMode } from './pointer-mode.ts'
import { from, selection, to } from '../view.ts'

export interface Key {
  /** As `event.key`, lower case, with `shift+` before it where shift changes what it does. */
  keys: readonly string[]
  /** As the sheet shows them. */
  shown: string
  does: string
  act(): void
}

const length = () => to.value - from.value

export const keys: readonly Key[] = [
  { keys: ['a', 'arrowleft'], shown: 'A ←', does: 'earlier', act: () => panTime(-0.2) },
  { keys: ['d', 'arrowright'], shown: 'D →', does: 'later', act: () => panTime(0.2) },
  { keys: ['w', 'arrowup'], shown: 'W ↑', does: 'zoom in', act: () => zoomTime(0.7) },
  { keys: ['s', 'arrowdown'], shown: 'S ↓', does: 'zoom out', act: () => zoomTime(1 / 0.7) },
  { keys: ['shift+w', 'shift+arrowup'], shown: 'Shift W ↑', does: 'zoom into the rows', act: () => zoomRows(0.7) },
  { keys: ['shift+s', 'shift+arrowdown'], shown: 'Shift S ↓', does: 'zoom out of the rows', act: () => zoomRows(1 / 0.7) },
  { keys: ['shift+d', 'shift+arrowright', 'pageup'], shown: 'Shift D →', does: 'higher rows', act: () => panRows(0.2) },
  { keys: ['shift+a', 'shift+arrowleft', 'pagedown'], shown: 'Shift A ←', does: 'lower rows', act: () => panRows(-0.2) },
  { keys: ['home'], shown: 'Home', does: 'to the beginning', act: () => look({ from: limits.value.from, to: limits.value.from + length() }) },
  { keys: ['end'], shown: 'End', does: 'to the end', act: () => look({ from: limits.value.to - length(), to: limits.value.to }) },
  { keys: ['0'], shown: '0', does: 'the whole run, all rows (also a double click)', act: showAll },
  { keys: ['['], shown: '[', does: 'back to the view before', act: () => revisit(-1) },
  { keys: [']'], shown: ']', does: 'forward again', act: () => revisit(1) },
  { keys: ['n'], shown: 'N', does: 'next event of the unit pointed at, or of all', act: () => void stepEvent(1) },
  { keys: ['p'], shown: 'P', does: 'the event before', act: () => void stepEvent(-1) },
  { keys: [' '], shown: 'Space', does: 'play, pause', act: togglePlay },
  { keys: ['m'], shown: 'M', does: 'dragging moves', act: () => mode('pan') },
  { keys: ['b'], shown: 'B', does: 'dragging zooms to a box (or hold shift)', act: () => mode('box') },
  { keys: ['v'], shown: 'V', does: 'dragging selects time and rows (or hold alt)', act: () => mode('select') },
  { keys: ['escape'], shown: 'Esc', does: 'let go of what is selected, pointed at or playing', act: letGo },
  { keys: ['?', 'shift+?'], shown: '?', does: 'this sheet', act: openHelp },
]

/** What the pointer does; for the sheet only. */
export const gesturesShown: readonly { shown: string; does: string }[] = [
  { shown: 'Wheel', does: 'zoom time at the pointer' },
  { shown: 'Shift wheel', does: 'move in time' },
  { shown: 'Alt wheel', does: 'zoom rows at the pointer' },
  { shown: 'Drag', does: 'move; with shift, zoom to a box; with alt, select' },
  { shown: 'Click', does: 'hold on to the event under the pointer' },
  { shown: 'Two fingers', does: 'zoom and move' },
  { shown: 'Overview', does: 'drag the window, or its edges' },
]

/** Listens to the whole page. Call once. */
export function listenToKeys() {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || helpShown.value) return
    const target = event.composedPath()[0]
    if (target instanceof Element && takesKey(target, event.key)) return
    const name = (event.shiftKey ? 'shift+' : '') + event.key.toLowerCase()
    const key = keys.find(({ keys }) => keys.includes(name))
    if (!key) return
    event.preventDefault()
    key.act()
  })
}

/** Fields take all keys, buttons those that press them, and lists of tabs or a panel that scrolls their arrows. */
function takesKey(target: Element, key: string): boolean {
  if (target.closest('input:not([type=checkbox]), textarea, select, [contenteditable]:not([contenteditable=false])')) return true
  if (target.closest('button, a, summary, input')) return key === ' ' || key === 'Enter'
  return false
}

function mode(name: 'pan' | 'box' | 'select') {
  pointerMode.value = name
}

function letGo() {
  selection.value = undefined
  pointed.value = undefined
  stopPlaying()
  drawer.value = false
}

export function openHelp() {
  helpShown.value = true
}
