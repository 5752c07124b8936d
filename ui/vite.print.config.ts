// SPDX-License-Identifier: Apache-2.0
// Builds the server's renderer: one script of all that draws dashboards, for an engine without a browser
// (render/). `npm run build:print`, or CMake.
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': here('./src') } },
  define: { 'process.env.NODE_ENV': '"production"' },
  build: {
    target: 'es2022',
    outDir: 'dist-print',
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
    lib: {
      entry: here('./src/app/print/main.ts'),
      formats: ['iife'],
      name: 'signalboxRenderer',
      fileName: () => 'print.js',
    },
    rollupOptions: { output: { inlineDynamicImports: true } },
  },
});
