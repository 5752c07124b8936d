// SPDX-License-Identifier: Apache-2.0
// What telemetry offers and no objective watches yet.
import type { SloOffer, SloSubject } from '@/api/slo_queries';

export interface OpenOffer {
  subject: SloSubject;
  availability: SloOffer | null;
  latency: SloOffer | null;
}

/** Of journeys and services; those without any objective come before those that have one. */
export function offersOf(subjects: readonly SloSubject[], text = ''): OpenOffer[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const isOpen = (offer: SloOffer | null): SloOffer | null => (offer && offer.covered === '' ? offer : null);
  const open = subjects
    .filter((one) => one.kind !== 'endpoint')
    .filter((one) => words.every((word) => `${one.journey} ${one.service}`.toLowerCase().includes(word)))
    .map((subject) => ({
      subject,
      availability: isOpen(subject.availability),
      latency: isOpen(subject.latency),
    }))
    .filter((one) => one.availability || one.latency);
  const rank = (one: OpenOffer): number =>
    (one.subject.kind === 'journey' ? 0 : 2) + (one.availability && (one.latency || !one.subject.latency) ? 0 : 1);
  return open.sort((a, b) => rank(a) - rank(b) || b.subject.calls - a.subject.calls);
}

export function wizardLink(subject: Pick<SloSubject, 'kind' | 'service' | 'journey' | 'operation'>, sli = ''): string {
  const params = new URLSearchParams({ kind: subject.kind, service: subject.service });
  if (subject.journey) params.set('journey', subject.journey);
  if (subject.operation) params.set('operation', subject.operation);
  if (sli) params.set('sli', sli);
  return `/slos/new?${params.toString()}`;
}
