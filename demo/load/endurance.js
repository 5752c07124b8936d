// Endurance: moderate load for long (DURATION), to find what grows.
import { customer } from './shop.js';

const length = __ENV.DURATION || '30m';

export const options = {
  stages: [
    { duration: '1m', target: 15 },
    { duration: length, target: 15 },
    { duration: '1m', target: 0 },
  ],
  thresholds: {
    http_req_duration: ['p(95)<500', 'p(99)<1500'],
    http_req_failed: ['rate<0.05'],
  },
  tags: { suite: 'endurance' },
};

export default () => customer();
