// Spike: a crowd comes at once, and the shop has to recover.
import { customer } from './shop.js';

export const options = {
  stages: [
    { duration: '10s', target: 5 },
    { duration: '5s', target: 100 },
    { duration: '30s', target: 100 },
    { duration: '5s', target: 5 },
    { duration: '30s', target: 5 },
    { duration: '5s', target: 0 },
  ],
  thresholds: {
    http_req_duration: ['p(95)<2000'],
    http_req_failed: ['rate<0.15'],
  },
  tags: { suite: 'spike' },
};

export default () => customer(0.5);
