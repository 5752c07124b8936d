// SPDX-License-Identifier: Apache-2.0
// Why a panel shows nothing: an error, no query, an unsupported kind, or no data and why.
import { useQuery } from '@tanstack/react-query';
import { instantQuery, metricNamesQuery } from '@/api/queries';
import { timestampMs } from '@/base/brand';
import { formatDateTime } from '@/base/time_format';
import { explainEmpty } from '@/model/empty_result';
import { isKnownKind } from '@/model/dashboard/support';
import type { Panel } from '@/model/dashboard/types';
import { Button } from '@/widgets/button';
import { Hint } from '@/widgets/hint';
import { usePreferences } from '@/widgets/preferences';
import type { PanelData } from './use_panel_data';
import styles from './dashboards.module.css';

export function PanelError({ data }: { data: PanelData }) {
  const message = data.error instanceof Error ? data.error.message : String(data.error);
  return (
    <div className={styles['why']} data-bad role="alert">
      <strong>The query failed</strong>
      <span>{message}</span>
      <Button onClick={data.refetch}>Try again</Button>
    </div>
  );
}

/** A metric that exists but has no sample here: when its newest one was. */
function LastSeen({ name }: { name: string }) {
  const zone = usePreferences((p) => p.zone);
  const at = Math.floor(Date.now() / 60_000) * 60;
  const last = useQuery(instantQuery(`max(timestamp(last_over_time({__name__="${name}"}[30d])))`, at));
  const result = last.data?.data;
  const value = result?.resultType === 'vector' ? result.result[0]?.value?.[1] : undefined;
  if (!value) return <span>{name} has samples, but none that this query selects.</span>;
  const isOld = at - Number(value) > 300;
  return (
    <span>
      {isOld
        ? `The newest sample of ${name} is of ${formatDateTime(timestampMs(Number(value) * 1000), zone)}.`
        : `${name} has current samples, but none with these labels in this time range.`}
    </span>
  );
}

export function PanelEmpty({ panel, data, isSmall }: { panel: Panel; data: PanelData; isSmall: boolean }) {
  const names = useQuery(metricNamesQuery());
  if (!isKnownKind(panel.type)) {
    return (
      <div className={styles['why']}>
        <strong>Not shown</strong>
        {panel.unsupported.map((one) => (
          <span key={one}>{one}</span>
        ))}
      </div>
    );
  }
  if (isSmall && !data.error && data.errors.length === 0) {
    return (
      <Hint text="There is no data in this time range. Open the panel (View in its menu) to see why.">
        <div className={styles['why']} tabIndex={0}>
          No data
        </div>
      </Hint>
    );
  }
  if (data.queries.length === 0) {
    return (
      <div className={styles['why']}>
        {panel.targets.length === 0 ? 'This panel has no query.' : 'All queries of this panel are hidden or empty.'}
      </div>
    );
  }
  const problem = data.queries.find((query) => query.problem)?.problem;
  if (problem) {
    return (
      <div className={styles['why']} data-bad>
        <strong>{problem}</strong>
        <span>Choose another one in the panel's editor, or add it under provisioning/datasources.</span>
      </div>
    );
  }
  const error = data.errors[0];
  const first = data.queries.find((query) => query.family === 'prometheus');
  const missing = first && names.data ? explainEmpty(first.query, names.data.data).missing : [];
  const known = first && names.data ? names.data.data.find((name) => first.query.includes(name)) : undefined;
  const longest =
    first && names.data
      ? names.data.data.filter((name) => first.query.includes(name)).sort((a, b) => b.length - a.length)[0]
      : known;
  return (
    <div className={styles['why']} data-bad={error ? true : undefined}>
      <strong>
        {error ? 'The query failed' : missing[0] ? `No metric named ${missing[0].name}` : 'No data in this time range'}
      </strong>
      {error ? (
        <span>{error.message}</span>
      ) : missing[0] ? (
        <span>
          {missing[0].similar.length > 0
            ? `Close: ${missing[0].similar.slice(0, 2).join(', ')}`
            : 'Nothing has sent it yet.'}
        </span>
      ) : longest ? (
        <LastSeen name={longest} />
      ) : (
        <span>{first ? 'Nothing matches the query.' : 'The source answered with no rows.'}</span>
      )}
    </div>
  );
}
