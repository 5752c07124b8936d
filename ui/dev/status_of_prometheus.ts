// SPDX-License-Identifier: Apache-2.0
// Development only: answers /api/signalbox/v1/status from the API of a Prometheus server, so that
// the pages can be worked on before or without a Signalbox binary. Never part of the bundle.
import type { Connect, Plugin } from 'vite';

interface Answer {
  data: Record<string, unknown> & { result?: { value: [number, string] }[] };
}

async function get(base: string, path: string): Promise<Answer> {
  const response = await fetch(`${base}/api/v1/${path}`);
  return (await response.json()) as Answer;
}

async function scalar(base: string, query: string): Promise<number> {
  const answer = await get(base, `query?query=${encodeURIComponent(query)}`);
  return Number(answer.data.result?.[0]?.value[1] ?? 0);
}

async function status(base: string): Promise<object> {
  const [build, runtime, tsdb] = await Promise.all([
    get(base, 'status/buildinfo'),
    get(base, 'status/runtimeinfo'),
    get(base, 'status/tsdb'),
  ]);
  const start = String(runtime.data['startTime']);
  const head = tsdb.data['headStats'] as Record<string, number>;
  return {
    version: build.data['version'],
    revision: build.data['revision'],
    startTime: start,
    uptimeSeconds: (Date.now() - Date.parse(start)) / 1000,
    configReload: {
      ok: runtime.data['reloadConfigSuccess'],
      time: runtime.data['lastConfigTime'],
      error: runtime.data['reloadConfigSuccess'] ? '' : 'prometheus.yml:14:3: field scrape_intervall not found',
    },
    storage: {
      headSeries: head['numSeries'],
      headSamplesAppendedTotal: await scalar(base, 'sum(prometheus_tsdb_head_samples_appended_total)'),
      blocks: await scalar(base, 'prometheus_tsdb_blocks_loaded'),
      diskBytes: await scalar(base, 'prometheus_tsdb_storage_blocks_bytes + prometheus_tsdb_wal_storage_size_bytes'),
      walBytes: await scalar(base, 'prometheus_tsdb_wal_storage_size_bytes'),
      minTime: head['minTime'],
      maxTime: head['maxTime'],
      retention: runtime.data['storageRetention'],
    },
    scrape: {
      targetsUp: await scalar(base, 'count(up == 1)'),
      targetsDown: await scalar(base, 'count(up == 0)'),
      jobs: await scalar(base, 'count(count by (job) (up))'),
    },
    ingest: {
      samplesTotal: await scalar(base, 'sum(prometheus_tsdb_head_samples_appended_total)'),
      remoteWriteRequestsTotal: await scalar(base, 'sum(prometheus_http_requests_total{handler="/api/v1/write"})'),
      rejectedTotal: await scalar(base, 'sum(prometheus_target_scrapes_sample_out_of_order_total)'),
    },
  };
}

export function statusOfPrometheus(base: string): Plugin {
  const answer: Connect.NextHandleFunction = (_request, response) => {
    status(base).then(
      (body) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body)),
      (error: unknown) => {
        response.statusCode = 502;
        response.end(String(error));
      },
    );
  };
  return {
    name: 'status-of-prometheus',
    configureServer: (server) => void server.middlewares.use('/api/signalbox/v1/status', answer),
    configurePreviewServer: (server) => void server.middlewares.use('/api/signalbox/v1/status', answer),
  };
}
