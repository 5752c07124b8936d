// SPDX-License-Identifier: Apache-2.0
//
// A small service as users write them, with prom-client: OpenMetrics with exemplars.
import http from 'node:http';
import client from 'prom-client';

const registry = new client.Registry();
registry.setContentType(client.Registry.OPENMETRICS_CONTENT_TYPE);
client.collectDefaultMetrics({ register: registry });
const orders = new client.Counter({ name: 'orders', help: 'Orders.', labelNames: ['status'], registers: [registry] });
orders.inc({ status: 'paid' }, 3);
const seconds = new client.Histogram({
  name: 'order_seconds', help: 'Time of an order.', buckets: [0.1, 1], enableExemplars: true, registers: [registry],
});
seconds.observe({ value: 0.05, exemplarLabels: { trace_id: 'abc123' } });
seconds.observe({ value: 0.5 });

http.createServer(async (request, response) => {
  response.setHeader('Content-Type', registry.contentType);
  response.end(await registry.metrics());
}).listen(Number(process.argv[2]), '127.0.0.1');
