// SPDX-License-Identifier: Apache-2.0
// An objective while it is being written: what the fields hold, and the specification that they become.
import type { SloSpec, SloSubject, SloTier, SloWindow, TrialPeriod } from '@/api/slo_queries';
import { durationMs } from '@/base/brand';
import { formatDuration, parseDuration } from '@/base/duration';
import { parseLabelLines } from './rule_draft';

export type SubjectKind = 'journey' | 'service' | 'endpoint' | 'own';
export type SliKind = 'availability' | 'latency' | 'freeform';

export interface TierDraft {
  isOn: boolean;
  burnRate: string;
  long: string;
  short: string;
}

export interface SloDraft {
  subject: SubjectKind;
  kind: SliKind;
  name: string;
  service: string;
  description: string;
  journey: string;
  objective: string;
  /** "30d", or a word of the calendar such as "month". */
  period: string;
  /** Selectors of counters; `isGood`: the first counts good events. */
  isGood: boolean;
  part: string;
  total: string;
  histogram: string;
  threshold: string;
  unit: string;
  isNative: boolean;
  /** Free queries; a ratio is one query. */
  isRatio: boolean;
  errorQuery: string;
  totalQuery: string;
  groupBy: string[];
  /** One `name: value` a line. */
  labels: string;
  pageLabels: string;
  ticketLabels: string;
  failuresMin: string;
  tiers: Record<SloTier, TierDraft>;
  /** What the fields do not show is kept. */
  base: SloSpec;
}

export const tierNames: Record<SloTier, string> = {
  page_quick: 'Page, fast burn',
  page_slow: 'Page, slow burn',
  ticket_quick: 'Ticket, fast burn',
  ticket_slow: 'Ticket, slow burn',
};
export const tierOrder = Object.keys(tierNames) as SloTier[];

const calendarDays: Record<string, number> = { day: 1, week: 7, month: 30, quarter: 91, year: 365 };

export const periods = [
  { value: '28d', label: '28 days, rolling' },
  { value: '30d', label: '30 days, rolling' },
  { value: '7d', label: '7 days, rolling' },
  { value: '90d', label: '90 days, rolling' },
  { value: 'week', label: 'Calendar week' },
  { value: 'month', label: 'Calendar month' },
  { value: 'quarter', label: 'Calendar quarter' },
  { value: 'year', label: 'Calendar year' },
];

/** Percent of the budget in the long window: what the usual alerts fire above. */
const usual: Record<SloTier, { percent: number; long: string; short: string; hours: number }> = {
  page_quick: { percent: 2, long: '1h', short: '5m', hours: 1 },
  page_slow: { percent: 5, long: '6h', short: '30m', hours: 6 },
  ticket_quick: { percent: 10, long: '1d', short: '2h', hours: 24 },
  ticket_slow: { percent: 10, long: '3d', short: '6h', hours: 72 },
};

function periodHours(period: string): number {
  return (calendarDays[period] ?? 0) * 24 || (parseDuration(period) ?? 0) / 3_600_000;
}

/** 14.4, 6, 3 and 1 for 30 days. */
export function usualBurnRate(tier: SloTier, period: string): number {
  const { percent, hours } = usual[tier];
  return Number(((percent / 100) * (periodHours(period) / hours)).toPrecision(6));
}

export function usualTier(tier: SloTier): TierDraft {
  return { isOn: true, burnRate: '', long: usual[tier].long, short: usual[tier].short };
}

export const emptySloDraft: SloDraft = {
  subject: 'service',
  kind: 'availability',
  name: '',
  service: '',
  description: '',
  journey: '',
  objective: '99.9',
  period: '30d',
  isGood: false,
  part: '',
  total: '',
  histogram: '',
  threshold: '',
  unit: 's',
  isNative: false,
  isRatio: false,
  errorQuery: '',
  totalQuery: '',
  groupBy: [],
  labels: '',
  pageLabels: 'severity: critical',
  ticketLabels: 'severity: warning',
  failuresMin: '',
  tiers: {
    page_quick: usualTier('page_quick'),
    page_slow: usualTier('page_slow'),
    ticket_quick: usualTier('ticket_quick'),
    ticket_slow: usualTier('ticket_slow'),
  },
  base: {},
};

const lines = (labels: Record<string, string> = {}): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');

/** "4w" is what the server says for 28 days. */
const inDays = (text: string): string => formatDuration(durationMs(parseDuration(text) ?? 0));

/** The fields of an objective that is there. */
export function draftOfSpec(spec: SloSpec, subject: SubjectKind = 'own'): SloDraft {
  const { ratio, latency, query } = spec.sli ?? {};
  const alerting = spec.alerting ?? {};
  const tiers = Object.fromEntries(
    tierOrder.map((tier) => {
      const set = alerting.windows?.[tier] ?? {};
      const off = tier.startsWith('page') ? alerting.page?.disabled : alerting.ticket?.disabled;
      const like = usualTier(tier);
      return [
        tier,
        {
          isOn: !set.disabled && !off,
          burnRate: set.burn_rate ? String(set.burn_rate) : '',
          long: set.long ?? like.long,
          short: set.short ?? like.short,
        },
      ];
    }),
  ) as Record<SloTier, TierDraft>;
  return {
    ...emptySloDraft,
    subject,
    kind: latency ? 'latency' : query ? 'freeform' : 'availability',
    name: spec.name ?? '',
    service: spec.service ?? '',
    description: spec.description ?? '',
    journey: spec.journey ?? '',
    objective: String(spec.objective ?? ''),
    period: spec.calendar || inDays(spec.window ?? '30d'),
    isGood: Boolean(ratio?.good),
    part: ratio?.good || ratio?.errors || '',
    total: ratio?.total ?? '',
    histogram: latency?.histogram ?? '',
    threshold: latency?.threshold ?? '',
    unit: latency?.unit || 's',
    isNative: latency?.native ?? false,
    isRatio: Boolean(query?.error_ratio),
    errorQuery: query?.error_ratio || query?.errors || '',
    totalQuery: query?.total ?? '',
    groupBy: spec.group_by ?? [],
    labels: lines(spec.labels),
    pageLabels: lines(alerting.page?.labels),
    ticketLabels: lines(alerting.ticket?.labels),
    failuresMin: alerting.failures_min ? String(alerting.failures_min) : '',
    tiers,
    base: spec,
  };
}

/** What is offered for a subject, with what was chosen about alerts and labels left alone. */
export function chooseSubject(draft: SloDraft, subject: SloSubject, kind: SliKind): SloDraft {
  const isQuick = kind === 'latency' && subject.latency !== null;
  const offered = draftOfSpec((isQuick && subject.latency ? subject.latency : subject.availability).spec);
  const kept = ['period', 'groupBy', 'labels', 'pageLabels', 'ticketLabels', 'failuresMin', 'tiers'] as const;
  return {
    ...offered,
    ...Object.fromEntries(kept.map((key) => [key, draft[key]])),
    subject: subject.kind,
    kind: isQuick ? 'latency' : 'availability',
    base: draft.base,
  };
}

function sliOf(draft: SloDraft): NonNullable<SloSpec['sli']> {
  if (draft.kind === 'availability') {
    const part = draft.part.trim();
    return { ratio: { ...(draft.isGood ? { good: part } : { errors: part }), total: draft.total.trim() } };
  }
  if (draft.kind === 'latency') {
    return {
      latency: {
        histogram: draft.histogram.trim(),
        threshold: draft.threshold.trim(),
        ...(draft.isNative ? { native: true } : {}),
        ...(draft.unit === 's' ? {} : { unit: draft.unit }),
      },
    };
  }
  return draft.isRatio
    ? { query: { error_ratio: draft.errorQuery.trim() } }
    : { query: { errors: draft.errorQuery.trim(), total: draft.totalQuery.trim() } };
}

const numberOr = (text: string): number =>
  (text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text) as number;

function windowOf(tier: SloTier, draft: TierDraft): SloWindow {
  const like = usualTier(tier);
  return {
    ...(draft.isOn ? {} : { disabled: true }),
    ...(draft.burnRate.trim() === '' ? {} : { burn_rate: numberOr(draft.burnRate.trim()) }),
    ...(draft.long.trim() === like.long ? {} : { long: draft.long.trim() }),
    ...(draft.short.trim() === like.short ? {} : { short: draft.short.trim() }),
  };
}

function alertingOf(draft: SloDraft): SloSpec['alerting'] {
  const base = draft.base.alerting ?? {};
  const side = (name: 'page' | 'ticket', labels: string) => ({
    labels: Object.fromEntries(parseLabelLines(labels) ?? []),
    ...(base[name]?.annotations ? { annotations: base[name].annotations } : {}),
  });
  return {
    ...(base.name ? { name: base.name } : {}),
    ...(base.labels ? { labels: base.labels } : {}),
    ...(base.annotations ? { annotations: base.annotations } : {}),
    page: side('page', draft.pageLabels),
    ticket: side('ticket', draft.ticketLabels),
    windows: Object.fromEntries(tierOrder.map((tier) => [tier, windowOf(tier, draft.tiers[tier])])),
    ...(draft.failuresMin.trim() === '' ? {} : { failures_min: numberOr(draft.failuresMin.trim()) }),
  };
}

export function specOfDraft(draft: SloDraft): SloSpec {
  const isCalendar = draft.period in calendarDays;
  return {
    name: draft.name.trim(),
    service: draft.service.trim(),
    ...(draft.description.trim() === '' ? {} : { description: draft.description.trim() }),
    ...(draft.journey.trim() === '' ? {} : { journey: draft.journey.trim() }),
    objective: numberOr(draft.objective.trim()),
    ...(isCalendar ? { calendar: draft.period } : { window: draft.period }),
    sli: sliOf(draft),
    group_by: draft.groupBy,
    labels: Object.fromEntries(parseLabelLines(draft.labels) ?? []),
    alerting: alertingOf(draft),
  };
}

/** What is missing before the server can be asked about it, or null. */
export function whatIsMissing(draft: SloDraft): string | null {
  const isOwn = draft.subject === 'own';
  const blank = (text: string): boolean => text.trim() === '';
  const measured: Record<SliKind, [boolean, string]> = {
    availability: [blank(draft.part) || blank(draft.total), 'Write the two counters.'],
    latency: [blank(draft.histogram) || blank(draft.threshold), 'Write the histogram and what is fast enough.'],
    freeform: [blank(draft.errorQuery) || (!draft.isRatio && blank(draft.totalQuery)), 'Write the queries.'],
  };
  const [isMissing, text] = measured[draft.kind];
  if (isMissing) return isOwn ? text : `Choose the ${draft.subject} to protect.`;
  for (const labels of [draft.labels, draft.pageLabels, draft.ticketLabels])
    if (parseLabelLines(labels) === null) return 'Labels are lines such as team: shop.';
  return null;
}

/** Shared by targets: what would have been left of the budget. */
export function budgetLeft(period: TrialPeriod, objective: number): number {
  const share = period.total > 0 ? period.errors / period.total : 0;
  return 1 - share / (1 - objective / 100);
}

export const usualTargets = [90, 95, 98, 99, 99.5, 99.9, 99.95, 99.99];

/** The labels that the metric of the objective could be split by. */
export function measuredSelector(draft: SloDraft): string {
  if (draft.kind === 'availability') return draft.total.trim();
  if (draft.kind !== 'latency') return '';
  const [, name = '', rest = ''] = /^([^{]*)(\{.*)?$/s.exec(draft.histogram.trim()) ?? [];
  return name === '' ? '' : `${name}${draft.isNative ? '' : '_count'}${rest}`;
}
