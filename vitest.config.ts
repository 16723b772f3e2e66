import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { alias: { hillock: new URL('./index.ts', import.meta.url).pathname } },
  test: {
    include: ['tests/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
})
