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
  /** Newer wishes replace older ones; the same again asks whether there is more to see by now. */
  want(wish: RasterWish): void
  stop(): void
}

export function rasterImages(
  paint: (request: RasterRequest) => Promise<RasterImage>,
  arrived: (raster: ShownRaster) => void,
  failed: (error: unknown) => void,
): RasterImages {
  const canvas = document.createElement('canvas')
  let newest: RasterWish | undefined
  let quick = false
  let stopped = false

  const show = (wish: RasterWish, { pixels, ...image }: RasterImage) => {
    if (canvas.width !== image.width || canvas.height !== image.height) Object.assign(canvas, { width: image.width, height: image.height })
    canvas.getContext('2d')?.putImageData(new ImageData(pixels, image.width, image.height), 0, 0)
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
      if (wish === newest && !image.exact) void askExactly(wish)
    } catch (error) {
      failed(error)
    } finally {
      quick = false
      if (newest !== wish) void askQuickly()
    }
  }

  async function askExactly(wish: RasterWish) {
    try {
      const image = await paint({ ...wish, quality: 'exact' })
      // one that gave way to a newer wish is older than what is shown by now
      if (!stopped && wish === newest) show(wish, image)
    } catch (error) {
      failed(error)
    }
  }

  return {
    want(wish) {
      newest = wish
      void askQuickly()
    },
    stop() {
      stopped = true
    },
  }
}
