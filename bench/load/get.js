// One GET and one check an iteration: what bench/load/run.py runs with k6 and with signalbox-load.
import http from 'k6/http';
import { check } from 'k6';

export default function () {
  const response = http.get(__ENV.BASE_URL);
  check(response, { ok: (r) => r.status === 200 });
}
