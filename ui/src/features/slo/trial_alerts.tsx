// SPDX-License-Identifier: Apache-2.0
import type { TrialAlert } from '@/api/slo_queries';
import { durationMs, timestampMs } from '@/base/brand';
import { formatDuration, humanDuration, parseDuration } from '@/base/duration';
import { plural, shortNumber } from '@/base/number_format';
import { formatDateTime } from '@/base/time_format';
import { usePreferences } from '@/widgets/preferences';
import styles from './wizard.module.css';

/** How often each alert would have fired. */
export function TrialAlerts({ alerts, days }: { alerts: readonly TrialAlert[]; days: number }) {
  return (
    <ul className={styles['trialAlerts']}>
      {alerts.map((alert) => (
        <Alert key={`${alert.severity}${alert.long}${alert.short}`} alert={alert} days={days} />
      ))}
    </ul>
  );
}

/** "1w" is what the server says for seven days. */
const plainWindow = (text: string): string => formatDuration(durationMs(parseDuration(text) ?? 0));

function Alert({ alert, days }: { alert: TrialAlert; days: number }) {
  const zone = usePreferences((p) => p.zone);
  const last = alert.firings.at(-1);
  return (
    <li data-severity={alert.severity} data-fired={alert.fired > 0 || undefined}>
      <b>{alert.severity}</b>
      <span>
        {shortNumber(alert.burnRate)}× over {plainWindow(alert.long)} and {plainWindow(alert.short)}
      </span>
      <span className={styles['fired']}>
        {alert.fired === 0
          ? 'never'
          : `${plural(alert.fired, 'time')}${days > 7 ? `, ${alert.firedInWeek} in the last 7 days` : ''}`}
      </span>
      {last && (
        <span className={styles['firedWhen']}>
          {humanDuration(alert.firingMinutes * 60_000)} in all;{' '}
          {last.end === null
            ? 'it would fire now'
            : `last ${formatDateTime(timestampMs(Date.parse(last.start)), zone)}`}
        </span>
      )}
    </li>
  );
}
