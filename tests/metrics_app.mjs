// SPDX-License-Identifier: Apache-2.0
//
// An instrumented service that counts, with an exporter as users take it from npm:
//   node metrics_app.mjs http|proto|grpc URL CUMULATIVE|DELTA|LOWMEMORY
//   node metrics_app.mjs prom-client URL          pushes its text to an import
import { setTimeout as sleep } from 'node:timers/promises';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationType, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { AggregationTemporalityPreference } from '@opentelemetry/exporter-metrics-otlp-http';
import client from 'prom-client';

const [kind, url, temporality] = process.argv.slice(2);

async function pushPromClient() {
  const registry = new client.Registry();
  const orders = new client.Counter({ name: 'orders_total', help: 'Orders.', labelNames: ['status'], registers: [registry] });
  orders.inc({ status: 'paid' }, 3);
  const seconds = new client.Histogram({ name: 'order_seconds', help: 'Time.', buckets: [0.1, 1], registers: [registry] });
  seconds.observe(0.05);
  seconds.observe(0.5);
  const reply = await fetch(url, { method: 'POST', body: await registry.metrics() });
  if (reply.status !== 204) throw new Error(`${reply.status} ${await reply.text()}`);
}

async function exportOtlp() {
  const { OTLPMetricExporter } = await import(`@opentelemetry/exporter-metrics-otlp-${kind}`);
  const exporter = new OTLPMetricExporter({ url, temporalityPreference: AggregationTemporalityPreference[temporality] });
  const failures = [];
  const send = exporter.export.bind(exporter);
  exporter.export = (metrics, done) => send(metrics, (result) => {
    if (result.code !== 0) failures.push(result.error?.message ?? 'unknown');
    done(result);
  });
  const provider = new MeterProvider({
    resource: resourceFromAttributes({
      'service.name': kind, 'service.namespace': 'shop', 'service.instance.id': 'i1', 'cloud.region': 'north',
    }),
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
    views: [{ instrumentName: 'order.size', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }],
  });
  const meter = provider.getMeter('shop', '1.2');
  const requests = meter.createCounter('http.requests', { description: 'Requests.' });
  const open = meter.createUpDownCounter('open.orders');
  const duration = meter.createHistogram('order.duration', { unit: 's', advice: { explicitBucketBoundaries: [1, 5] } });
  const size = meter.createHistogram('order.size', { unit: 'By' });
  const temperature = meter.createGauge('temperature', { unit: 'Cel' });
  let ticks = 0;
  meter.createObservableCounter('ticks').addCallback((result) => result.observe((ticks += 10)));
  const flush = async () => {
    await provider.forceFlush();
    await sleep(20); // the next points get another millisecond
  };
  requests.add(3, { code: '200' });
  open.add(5);
  [0.25, 2].forEach((value) => duration.record(value));
  [1, 2, 4].forEach((value) => size.record(value));
  temperature.record(1.5);
  await flush();
  requests.add(4, { code: '200' });
  requests.add(1, { code: '500' });
  open.add(-2);
  duration.record(7.5);
  size.record(8);
  temperature.record(2.5);
  await flush();
  requests.add(1, { code: '200' });
  await provider.shutdown();
  if (failures.length > 0) throw new Error(failures.join('; '));
}

await (kind === 'prom-client' ? pushPromClient() : exportOtlp());
