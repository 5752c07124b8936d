// What the suites have in common: the shop's journeys, as a customer goes through them.
import http from 'k6/http';
import { check, group, sleep } from 'k6';
import { Counter, Rate } from 'k6/metrics';

export const BASE = __ENV.BASE_URL || 'http://127.0.0.1:7000';
export const journeysOk = new Rate('journeys_ok');
export const orders = new Counter('orders');

// Name of the journey and its share of the traffic in percent.
const MIX = [
  ['browse', 30], ['product-view', 28], ['search', 18], ['checkout', 12],
  ['review', 4], ['order-status', 4], ['product-upload', 2], ['job-status', 2],
];

export function pick() {
  let at = Math.random() * 100;
  for (const [name, share] of MIX) {
    at -= share;
    if (at < 0) return name;
  }
  return 'browse';
}

export function journey(name) {
  return group(name, () => {
    const response = http.post(`${BASE}/shop/${name}`, null, { tags: { name, cuj: name }, timeout: '10s' });
    const ok = check(response, { 'journey completed': (r) => r.status >= 200 && r.status < 300 });
    journeysOk.add(ok, { cuj: name });
    if (ok && name === 'checkout') orders.add(1);
    return response;
  });
}

export function customer(pauseSeconds = 1) {
  journey(pick());
  sleep(pauseSeconds * (0.5 + Math.random()));
}
