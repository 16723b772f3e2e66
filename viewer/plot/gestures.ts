/**
 * Wheel, drag, box and pinch on a plot, told as what they mean. Places are shares of the plot's width and height, 0 to 1 from its
 * left and its top; a plot says only what it can do. Returns a function that stops listening.
 */
import { type PointerMode, pointerMode } from '../moving/pointer-mode.ts'

export interface Rectangle {
  left: number
  right: number
  top: number
  bottom: number
}

export interface PlotGestures {
  /** The window of time gets longer by `factor` around `x`. */
  zoomTime(factor: number, x: number): void
  /** The picture moves right by a share of its width. */
  panTime(share: number): void
  zoomRows?(factor: number, y: number): void
  /** The picture moves down by a share of its height; `y` is where the drag began. */
  panRows?(share: number, y: number): void
  box?(rectangle: Rectangle): void
  select?(rectangle: Rectangle): void
  reset?(): void
  /** The pointer is here, nothing pressed; undefined when it has left. */
  hover?(place: { x: number; y: number } | undefined): void
  /** Pressed and let go at one place. */
  click?(place: { x: number; y: number }): void
}

export function listenToGestures(element: HTMLElement, on: PlotGestures): () => void {
  const stop = new AbortController()
  const { signal } = stop
  const rubber = document.createElement('div')
  rubber.className = 'rubber'
  rubber.hidden = true
  element.append(rubber)

  const place = (event: MouseEvent) => {
    const { left, top, width, height } = element.getBoundingClientRect()
    return { x: (event.clientX - left) / width, y: (event.clientY - top) / height }
  }

  element.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault()
      const { x, y } = place(event)
      const along = lines(event, event.deltaX)
      const across = lines(event, event.deltaY)
      const factor = Math.exp(Math.max(-60, Math.min(60, across)) * 0.01)
      // two fingers on a trackpad come as a wheel with ctrl: they zoom time, as anywhere
      if ((event.altKey || event.metaKey) && on.zoomRows) on.zoomRows(factor, y)
      else if (event.shiftKey || Math.abs(along) > Math.abs(across)) on.panTime(-(along || across) / 300)
      else on.zoomTime(factor, x)
    },
    { passive: false, signal },
  )

  const pointers = new Map<number, { x: number; y: number }>()
  let drag: { mode: PointerMode; start: { x: number; y: number }; moved: boolean } | undefined

  element.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0) return
      element.setPointerCapture(event.pointerId)
      const at = place(event)
      pointers.set(event.pointerId, at)
      const mode = event.shiftKey ? 'box' : event.altKey ? 'select' : pointerMode.value
      drag = pointers.size === 1 ? { mode: able(mode, on), start: at, moved: false } : undefined
    },
    { signal },
  )

  element.addEventListener(
    'pointermove',
    (event) => {
      const at = place(event)
      const before = pointers.get(event.pointerId)
      if (!before) {
        on.hover?.(at)
        return
      }
      if (pointers.size === 2) pinch(pointers, event.pointerId, at, on)
      else if (drag) {
        const far = Math.hypot((at.x - drag.start.x) * element.clientWidth, (at.y - drag.start.y) * element.clientHeight)
        drag.moved ||= far > 3
        if (drag.mode === 'pan' && drag.moved) {
          on.panTime(at.x - before.x)
          on.panRows?.(at.y - before.y, drag.start.y)
        } else if (drag.moved) outline(rubber, rectangle(drag.start, at))
      }
      if (pointers.size === 2 || drag?.moved) pointers.set(event.pointerId, at)
    },
    { signal },
  )

  const release = (event: PointerEvent) => {
    if (!pointers.delete(event.pointerId)) return
    rubber.hidden = true
    if (drag && event.type === 'pointerup') {
      const at = place(event)
      if (!drag.moved) on.click?.(at)
      else if (drag.mode !== 'pan') on[drag.mode]?.(rectangle(drag.start, at))
    }
    drag = undefined
  }
  element.addEventListener('pointerup', release, { signal })
  element.addEventListener('pointercancel', release, { signal })
  element.addEventListener('pointerleave', () => on.hover?.(undefined), { signal })
  element.addEventListener('dblclick', () => on.reset?.(), { signal })

  return () => {
    stop.abort()
    rubber.remove()
  }
}

/** Wheels report pixels, lines or pages; as pixels. */
function lines({ deltaMode }: WheelEvent, delta: number): number {
  return delta * (deltaMode === 1 ? 16 : deltaMode === 2 ? 400 : 1)
}

/** Where a plot knows no boxes, they move it instead. */
function able(mode: PointerMode, on: PlotGestures): PointerMode {
  return mode === 'pan' || on[mode] ? mode : 'pan'
}

/** Two fingers: their distance zooms, their middle moves. */
function pinch(pointers: ReadonlyMap<number, { x: number; y: number }>, moved: number, at: { x: number; y: number }, on: PlotGestures) {
  const before = pointers.get(moved)
  const still = [...pointers].find(([id]) => id !== moved)?.[1]
  if (!before || !still) return
  const [old, now] = [Math.abs(before.x - still.x), Math.abs(at.x - still.x)]
  on.panTime((at.x - before.x) / 2)
  if (old > 0.02 && now > 0.02) on.zoomTime(old / now, (at.x + still.x) / 2)
}

function rectangle(a: { x: number; y: number }, b: { x: number; y: number }): Rectangle {
  const inside = (v: number) => Math.min(1, Math.max(0, v))
  const [x0, x1, y0, y1] = [a.x, b.x, a.y, b.y].map(inside)
  return { left: Math.min(x0, x1), right: Math.max(x0, x1), top: Math.min(y0, y1), bottom: Math.max(y0, y1) }
}

function outline(rubber: HTMLElement, { left, right, top, bottom }: Rectangle) {
  rubber.hidden = false
  Object.assign(rubber.style, {
    left: `${left * 100}%`,
    top: `${top * 100}%`,
    width: `${(right - left) * 100}%`,
    height: `${(bottom - top) * 100}%`,
  })
}
