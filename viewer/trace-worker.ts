/** The worker that holds traces: what the page may ask of it stands in trace-service.ts. */
import * as Comlink from 'comlink'
import { blobSource } from './store/blob-source.ts'
import { heldTraces } from './store/held-traces.ts'
import { traceAnswers } from './store/trace-answers.ts'
import { urlSource } from './store/url-source.ts'
import type { TraceService } from './trace-service.ts'

const answers = traceAnswers(
  heldTraces((origin) => {
    if ('url' in origin) return urlSource(origin.url)
    return { source: blobSource(origin.file), file: () => origin.file }
  }),
)

Comlink.expose({
  ...answers,
  async raster(request) {
    const image = await answers.raster(request)
    return Comlink.transfer(image, [image.pixels.buffer])
  },
} satisfies TraceService)
