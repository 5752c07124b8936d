// SPDX-License-Identifier: Apache-2.0
// What a rule would have done in the past: its alerts in time, or the series it would have recorded.
import { BellOff, FlaskConical } from 'lucide-react';
import type { Backtest } from '@/api/alerting_queries';
import { timestampMs } from '@/base/brand';
import { humanDuration } from '@/base/duration';
import { groupDigits, plural } from '@/base/number_format';
import { formatDateTime } from '@/base/time_format';
import { Badge } from '@/widgets/badge';
import { LabelChips } from '@/widgets/label_chips';
import { usePreferences } from '@/widgets/preferences';
import { Empty, Failure, Notice, Skeleton } from '@/widgets/states';
import styles from './alerts.module.css';

interface BacktestResultProps {
  result: Backtest | undefined;
  error: Error | null;
  isPending: boolean;
  kind: 'alerting' | 'recording';
}

export function BacktestResult({ result, error, isPending, kind }: BacktestResultProps) {
  if (isPending) return <Skeleton lines={4} />;
  if (error) return <Failure what="The trial" error={error} />;
  if (!result)
    return (
      <Empty icon={<FlaskConical />} title="Not tried yet">
        The rule is evaluated over history, step by step as it would have been; nothing is stored and nobody is told.
      </Empty>
    );
  const fired = result.alerts.filter((alert) => alert.firingAt !== null);
  return (
    <div className={styles['trial']}>
      <p>
        {plural(result.evaluations, 'evaluation')}
        {kind === 'recording' &&
          `, ${plural(result.series, 'series', 'series')}, ${groupDigits(String(result.samples))} samples`}
        .{' '}
        {kind === 'alerting' && (
          <b>
            {fired.length === 0 ? 'It would not have fired.' : `It would have fired ${plural(fired.length, 'time')}.`}
          </b>
        )}
      </p>
      {result.errors.map((text) => (
        <Notice key={text} tone="bad" title={text} />
      ))}
      {kind === 'alerting' && result.alerts.length === 0 ? (
        <Empty icon={<BellOff />} title="Quiet all the time" />
      ) : (
        result.alerts.slice(0, 100).map((alert, index) => <Episode key={index} alert={alert} />)
      )}
      {result.alerts.length > 100 && <p>and {result.alerts.length - 100} more</p>}
    </div>
  );
}

function Episode({ alert }: { alert: Backtest['alerts'][number] }) {
  const zone = usePreferences((p) => p.zone);
  const at = (text: string | null) => (text === null ? null : timestampMs(Date.parse(text)));
  const [began, fired, ended] = [at(alert.pendingAt) ?? at(alert.firingAt), at(alert.firingAt), at(alert.endedAt)];
  return (
    <div className={styles['rule']}>
      <div className={styles['ruleHead']}>
        <Badge tone={fired === null ? 'warn' : 'bad'}>{fired === null ? 'only pending' : 'fired'}</Badge>
        <span>{began !== null && formatDateTime(fired ?? began, zone)}</span>
        <span className={styles['value']}>
          {ended === null ? 'still going on' : `for ${humanDuration(ended - (fired ?? began ?? ended))}`}
        </span>
      </div>
      <LabelChips labels={alert.labels} without={['alertname']} />
    </div>
  );
}
