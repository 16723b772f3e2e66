/**
 * How the page is built: dist/viewer, which any host of static files can serve under any path, offline. The scenarios that come
 * with Hillock, and their thumbnails, are copied beside it. `npm run view` serves the sources, with the headers of `hillock view`.
 */
import { defineConfig, type Plugin } from 'vite'
import { galleryFiles } from '../cli/gallery-files.ts'
import { pageHeaders } from '../cli/page-headers.ts'

export default defineConfig(({ command }) => ({
  root: import.meta.dirname,
  base: './',
  publicDir: false,
  plugins: [gallery()],
  worker: { format: 'es', plugins: () => [withoutFiles()] },
  build: { outDir: '../dist/viewer', emptyOutDir: true, target: 'es2023', assetsInlineLimit: 0, chunkSizeWarningLimit: 1500, reportCompressedSize: false },
  // vite puts styles into <style> while it develops: they carry the nonce that its policy allows
  ...(command === 'serve' && { html: { cspNonce: 'development' } }),
  server: { host: '127.0.0.1', headers: pageHeaders({ 'style-src': "'nonce-development'" }) },
}))

function gallery(): Plugin {
  // while it develops: as it was at the first request
  let kept: Map<string, Uint8Array> | undefined
  return {
    name: 'gallery',
    generateBundle() {
      for (const [fileName, source] of galleryFiles()) this.emitFile({ type: 'asset', fileName, source })
    },
    configureServer({ middlewares }) {
      middlewares.use((request, answer, next) => {
        const path = (request.url ?? '').slice(1).replace(/\?.*/, '')
        if (/^(scenarios|thumbnails)\//.test(path)) kept ??= galleryFiles()
        const bytes = kept?.get(path)
        if (bytes) answer.end(bytes)
        else next()
      })
    },
  }
}

/** The assembler of the engine asks for `fs` where it runs in Node; in a browser there is none, which need not be told. */
function withoutFiles(): Plugin {
  const nothing = '\0nothing'
  return {
    name: 'without-files',
    enforce: 'pre',
    resolveId: (id) => (id === 'fs' ? nothing : undefined),
    load: (id) => (id === nothing ? '' : undefined),
  }
}
