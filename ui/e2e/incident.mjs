// SPDX-License-Identifier: Apache-2.0
// Makes an incident: the service `checkout`, well for 40 minutes, then its version 1.5 that fails at the
// bank. Spans (with queries, calls, messages, an exception), logs, a deploy mark, and a rule that fires.
//
//   import { makeIncident } from './incident.mjs';  await makeIncident('http://127.0.0.1:3000');

const attribute = (key, value) => ({ key, value: { stringValue: value } });
const id = (n, bytes) => n.toString(16).padStart(bytes * 2, '0');
const ns = (ms) => `${Math.round(ms * 1000)}000`;

async function post(url, body, type = 'application/json') {
  const reply = await fetch(url, { method: 'POST', body, headers: { 'Content-Type': type } });
  if (!reply.ok) throw new Error(`${url}: ${reply.status} ${(await reply.text()).slice(0, 300)}`);
}

/** One payment: the request, the query, the call of the bank, the message. */
function payment(n, atMs, fails) {
  const traceId = id(n + 1, 16);
  const span = (k, name, kind, offset, length, attributes, more = {}) => ({
    traceId,
    spanId: id((n + 1) * 10 + k, 8),
    ...(k > 0 ? { parentSpanId: id((n + 1) * 10, 8) } : {}),
    name,
    kind,
    startTimeUnixNano: ns(atMs + offset),
    endTimeUnixNano: ns(atMs + offset + length),
    attributes: attributes.map(([key, value]) => attribute(key, value)),
    ...more,
  });
  const failed = { status: { code: 2, message: 'card declined' } };
  const exception = {
    timeUnixNano: ns(atMs + 30),
    name: 'exception',
    attributes: [attribute('exception.type', 'PaymentError'), attribute('exception.message', 'card declined')],
  };
  return [
    span(
      0,
      'POST /pay',
      2,
      0,
      fails ? 420 : 60,
      [
        ['http.route', '/pay'],
        ['cuj.name', 'pay'],
      ],
      fails ? { ...failed, events: [exception] } : {},
    ),
    span(1, 'SELECT cart', 3, 2, 4, [
      ['db.system.name', 'postgresql'],
      ['db.query.text', 'SELECT * FROM cart WHERE id = ?'],
    ]),
    span(2, 'charge', 3, 10, fails ? 400 : 30, [['server.address', 'bank.example']], fails ? failed : {}),
    span(3, 'send orders', 4, 45, 3, [
      ['messaging.system', 'kafka'],
      ['messaging.destination.name', 'orders'],
    ]),
  ];
}

function resourceOf(version) {
  const facts = {
    'service.name': 'checkout',
    'service.version': version,
    'service.instance.id': `checkout-${version}`,
  };
  return { attributes: Object.entries(facts).map(([key, value]) => attribute(key, value)) };
}

function logOf(n, atMs, fails) {
  return {
    timeUnixNano: ns(atMs + 50),
    severityNumber: fails ? 17 : 9,
    severityText: fails ? 'ERROR' : 'INFO',
    body: { stringValue: fails ? 'payment refused by the bank' : 'payment accepted' },
    traceId: id(n + 1, 16),
    spanId: id((n + 1) * 10, 8),
  };
}

const rule = `name: e2e
interval: 1s
rules:
  - alert: CheckoutFails
    expr: vector(1) > 0
    labels: { severity: critical, service: checkout }
    annotations: { summary: Payments of the shop fail }
`;

export async function makeIncident(base, otlp = `${base}/otlp`) {
  const nowMs = Date.now();
  const payments = Array.from({ length: 200 }, (_, n) => ({ n, atMs: nowMs - 2_400_000 + n * 12_000 }));
  const brokenFromMs = nowMs - 600_000;
  for (const version of ['1.4', '1.5']) {
    const own = payments.filter(({ atMs }) => atMs >= brokenFromMs === (version === '1.5'));
    const fails = ({ n }) => version === '1.5' && n % 3 !== 0;
    const spans = own.flatMap((one) => payment(one.n, one.atMs, fails(one)));
    const logRecords = own.map((one) => logOf(one.n, one.atMs, fails(one)));
    const resource = resourceOf(version);
    await post(`${otlp}/v1/traces`, JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }));
    await post(`${otlp}/v1/logs`, JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] }));
  }
  const mark = { text: 'deploy of checkout 1.5', tags: ['deploy', 'service:checkout'], time: brokenFromMs };
  await post(`${base}/api/annotations`, JSON.stringify(mark));
  await post(`${base}/prometheus/config/v1/rules/e2e`, rule, 'application/yaml');
}
