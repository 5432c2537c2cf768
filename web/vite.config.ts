/** How the studio is built: into the Python package, with addresses relative to <base> so that any path prefix works. */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { stretchFactory } from './tools/stretch_factory';

const SERVER = process.env.HARMONIX_SERVER ?? 'http://127.0.0.1:8000';

export default defineConfig({
  base: './',
  plugins: [svelte(), stretchFactory()],
  worker: { format: 'es', plugins: () => [stretchFactory()] },
  build: {
    outDir: '../src/harmonix_splitter/studio/static',
    emptyOutDir: true,
    target: 'es2022',
    manifest: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': SERVER, '/ws': { target: SERVER, ws: true } } },
  test: { include: ['src/**/*.test.ts', 'tools/**/*.test.ts'], environment: 'node', testTimeout: 60_000 },
});
