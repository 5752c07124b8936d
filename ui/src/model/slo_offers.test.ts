// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { SloSubject } from '@/api/slo_queries';
import { offersOf, wizardLink } from './slo_offers';

const subject = (kind: string, service: string, calls: number, availability: string, latency?: string) =>
  ({
    kind,
    service,
    journey: kind === 'journey' ? `j of ${service}` : '',
    operation: '',
    calls,
    availability: { covered: availability },
    latency: latency === undefined ? null : { covered: latency },
  }) as unknown as SloSubject;

describe('offers', () => {
  it('leave out what has an objective and begin with journeys', () => {
    const open = offersOf([
      subject('service', 'busy', 900, '', ''),
      subject('service', 'half', 9000, 'known', ''),
      subject('service', 'done', 10, 'known', 'known'),
      subject('journey', 'a', 5, ''),
      subject('endpoint', 'b', 5, ''),
    ]);
    expect(open.map((one) => one.subject.service)).toEqual(['a', 'busy', 'half']);
    expect(open[2]?.availability).toBeNull();
    expect(open[2]?.latency).not.toBeNull();
  });

  it('lead to the form, filled in', () => {
    expect(wizardLink(subject('journey', 'web', 1, ''), 'latency')).toBe(
      '/slos/new?kind=journey&service=web&journey=j+of+web&sli=latency',
    );
    expect(wizardLink({ kind: 'service', service: 'a b', journey: '', operation: '' })).toBe(
      '/slos/new?kind=service&service=a+b',
    );
  });
});
