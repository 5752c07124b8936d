// SPDX-License-Identifier: Apache-2.0
// Which service an alert is about, and when it began: from there its traces and logs are one click away.
import type { Alert } from '@/api/status_types';
import type { Labels } from '@/api/query_types';

const serviceLabels = ['service', 'service_name', 'sloth_service'];

export function serviceOf(labels: Labels): string | null {
  for (const name of serviceLabels) if (labels[name]) return labels[name];
  return null;
}

/** An alert without a service label may still name it as its job: "namespace/service" or "service". */
export function isAbout(alert: Alert, service: string): boolean {
  const named = serviceOf(alert.labels);
  if (named !== null) return named === service;
  const job = alert.labels['job'] ?? '';
  return job === service || job.endsWith(`/${service}`);
}

/** Alerts that fire so that one knows that alerts work, such as Watchdog: nothing is wrong then. */
export const isAlarm = (alert: Alert): boolean => alert.state === 'firing' && alert.labels['severity'] !== 'none';

const beforeMs = 900_000;

/** From a while before the alert began until now. */
export function alertWindow(alert: Alert): { from: string; to: string } {
  const began = Date.parse(alert.activeAt ?? '');
  return { from: Number.isNaN(began) ? 'now-1h' : String(began - beforeMs), to: 'now' };
}
