// Stress: more and more customers, to see where it bends.
import { customer } from './shop.js';

export const options = {
  stages: [
    { duration: '1m', target: 20 },
    { duration: '1m', target: 50 },
    { duration: '1m', target: 100 },
    { duration: '1m', target: 0 },
  ],
  thresholds: {
    http_req_duration: ['p(95)<1000'],
    http_req_failed: ['rate<0.10'],
  },
  tags: { suite: 'stress' },
};

export default () => customer(0.5);
