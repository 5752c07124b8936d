// Average load: the day as it usually is.
import { customer } from './shop.js';

export const options = {
  stages: [
    { duration: '30s', target: 10 },
    { duration: '2m', target: 10 },
    { duration: '30s', target: 0 },
  ],
  thresholds: {
    http_req_duration: ['p(95)<500'],
    http_req_failed: ['rate<0.05'],
    journeys_ok: ['rate>0.95'],
  },
  tags: { suite: 'load' },
};

export default () => customer();
