// Customers who come and go all day: the continuous traffic mix, RATE journeys a second (5), until stopped.
import { journey, pick } from './shop.js';

export const options = {
  scenarios: {
    customers: {
      executor: 'constant-arrival-rate',
      rate: Number(__ENV.RATE || 5),
      timeUnit: '1s',
      duration: __ENV.DURATION || '24h',
      preAllocatedVUs: 10,
      maxVUs: 50,
    },
  },
  tags: { suite: 'traffic' },
};

export default () => { journey(pick()); };
