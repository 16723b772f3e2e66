/**
 * Images of the raster, as the worker makes them: what is there at once, then exactly. A newer wish is sent while an exact image
 * is still being made (the worker then gives way), but never a second one of the quick kind.
 */
import type { RasterImage, RasterRequest } from '../trace-service.ts'

export type RasterWish = Omit<RasterRequest, 'quality'>

export interface ShownRaster {
  wish: RasterWish
  canvas: HTMLCanvasElement
  /** Of the image, without its pixels. */
  image: Omit<RasterImage, 'pixels'>
}

export interface RasterImages {
  /** Newer wishes replace older ones. */
  want(wish: RasterWish): void
  /**
   * There may be more to see of what is wanted. An exact image on its way is let be, as it will hold what it can; and one that
   * is shown gives way only to another.
   */
  again(): void
  stop(): void
}

/** `patience` says how long (ms) a wish has to stand before an exact image is worth its while: the picture of a run changes all the time. */
export function rasterImages(
  paint: (request: RasterRequest) => Promise<RasterImage>,
  patience: () => number,
  arrived: (raster: ShownRaster) => void,
  failed: (error: unknown) => void,
): RasterImages {
  const canvas = document.createElement('canvas')
  let newest: RasterWish | undefined
  let quick = false
  let exact: RasterWish | undefined
  let grown = false
  /** What the image shown was made for, if it is exact. */
  let shownExactly: RasterWish | undefined
  let stopped = false

  const show = (wish: RasterWish, { pixels, ...image }: RasterImage) => {
    if (canvas.width !== image.width || canvas.height !== image.height) Object.assign(canvas, { width: image.width, height: image.height })
    canvas.getContext('2d')?.putImageData(new ImageData(pixels, image.width, image.height), 0, 0)
    shownExactly = image.exact ? wish : undefined
    arrived({ wish, canvas, image })
  }

  async function askQuickly() {
    if (quick || stopped || !newest) return
    quick = true
    const wish = newest
    try {
      const image = await paint({ ...wish, quality: 'now' })
      if (stopped) return
      show(wish, image)
      if (wish === newest && !image.exact) setTimeout(() => void askExactly(wish), patience())
    } catch (error) {
      failed(error)
    } finally {
      quick = false
      if (newest !== wish) void askQuickly()
    }
  }

  async function askExactly(wish: RasterWish) {
    exact = wish
    grown = false
    try {
      const image = await paint({ ...wish, quality: 'exact' })
      // one that gave way to a newer wish is older than what is shown by now
      if (!stopped && wish === newest) show(wish, image)
    } catch (error) {
      failed(error)
    } finally {
      if (exact === wish) exact = undefined
      if (wish === newest && grown) again()
    }
  }

  function again() {
    if (exact && exact === newest) grown = true
    else if (newest && shownExactly === newest) void askExactly(newest)
    else if (newest) {
      newest = { ...newest }
      void askQuickly()
    }
  }

  return {
    again,
    want(wish) {
      newest = wish
      void askQuickly()
    },
    stop() {
      stopped = true
    },
  }
}
