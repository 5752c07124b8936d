// SPDX-License-Identifier: Apache-2.0
// Build: static files with hashed names in dist/, embedded into the binary.
// Development: `npm run dev` serves the pages and forwards the APIs.
//   SIGNALBOX_URL   a running Signalbox (default http://127.0.0.1:3000)
//   PROMETHEUS_URL  instead of Signalbox, any server of the Prometheus API; Signalbox's own
//                   status document is then made from it (dev/status_of_prometheus.ts)
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { statusOfPrometheus } from './dev/status_of_prometheus';
import { bundledLicences } from './tools/bundled_licences.mjs';
import { classicScripts } from './tools/classic_scripts.mjs';
import { preloadedMain } from './tools/preloaded_main.mjs';

const prometheus = process.env['PROMETHEUS_URL'];
const signalbox = process.env['SIGNALBOX_URL'] ?? 'http://127.0.0.1:3000';
const proxy = prometheus
  ? { '/prometheus': { target: prometheus, rewrite: (p: string) => p.replace('/prometheus', '') } }
  : Object.fromEntries(
      ['prometheus', 'api', 'loki', 'tempo', 'jaeger', 'zipkin', 'elasticsearch', 'alertmanager', 'otlp'].map(
        (product) => [`/${product}/`, signalbox],
      ),
    );

export default defineConfig({
  plugins: [
    react(),
    preloadedMain(),
    classicScripts(),
    bundledLicences(fileURLToPath(new URL('.', import.meta.url))),
    ...(prometheus ? [statusOfPrometheus(prometheus)] : []),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      onwarn(warning, log) {
        // A circle would bring the code of dashboards to every page.
        if (warning.message.startsWith('Circular chunk')) throw new Error(warning.message);
        log(warning);
      },
      output: {
        manualChunks(id: string) {
          // What draws panels for files is loaded with the first file.
          if (
            /\/src\/(base\/(drawing|headless)|features\/dashboards\/print)\/|record_plot|theme_tokens|css\?raw|react-dom[-/]server/.test(
              id,
            )
          )
            return 'print';
          if (
            /node_modules\/(@codemirror|@lezer|@prometheus-io|style-mod|w3c-keyname|crelt|lru-cache|@marijn)/.test(id)
          )
            return 'editor';
          // Editors of panels come when somebody edits.
          if (/\/src\/(model\/dashboard|features\/dashboards)\/editing\//.test(id)) return 'editing';
          // The boot module waits for nothing but these two.
          if (/\/src\/base\/early|vite\/preload-helper/.test(id)) return 'early';
          if (/node_modules\/(react|react-dom|scheduler)\//.test(id)) return 'react';
          // What changes dashboards is loaded with the first change.
          if (
            /\/src\/(model\/dashboard\/(edit_(annotation|link|list|variable)|variable_(form|uses))|features\/dashboards\/settings\/)/.test(
              id,
            )
          )
            return 'settings';
          // What several pages share is one file: a page should not need a dozen requests for icons.
          if (/\/src\/model\/(dashboard\/(colors|json)|deploys|label_summary|empty_result)\./.test(id)) return 'shared';
          if (
            /\/src\/(model\/dashboard\/|widgets\/chart\/panel|features\/dashboards\/(panels|dashboard|panel))/.test(id)
          )
            return 'dashboard';
          if (
            /node_modules\/(lucide-react|@tanstack|uplot)\/|\/src\/(base|api|widgets\/chart)\/|\/src\/widgets\/([^/]+|editor\/(promql_editor\.tsx|editor\.module\.css))$/.test(
              id,
            )
          )
            return 'shared';
          return undefined;
        },
      },
    },
  },
  server: { port: 5173, strictPort: false, proxy },
  preview: { proxy },
  test: { environment: 'node', include: ['src/**/*.test.ts', 'tools/**/*.test.mjs'] },
} as Parameters<typeof defineConfig>[0]);
