// SPDX-License-Identifier: Apache-2.0
// Logs: look for words or ask in LogQL, see when and how bad, read the lines, follow them live.
import { useMemo } from 'react';
import { durationMs } from '@/base/brand';
import { isLogql, isMetricQuery, logqlOf } from '@/model/log_query';
import { alignWindow, stepFor } from '@/model/step';
import { between } from '@/model/time_range';
import { Badge } from '@/widgets/badge';
import { Button } from '@/widgets/button';
import { Card, Page } from '@/widgets/card';
import { TimeControls } from '@/widgets/time_controls';
import { usePageTime, useUrlParams, useUrlText } from '@/widgets/url_state';
import { LogHistogram } from './log_histogram';
import { LogResult } from './log_result';
import { MetricResult } from './metric_result';
import { SearchBar } from './search_bar';
import styles from './logs.module.css';

export function LogsPage() {
  const time = usePageTime();
  const [params, change] = useUrlParams();
  const [text, setText] = useUrlText('query');
  const traceId = params.get('trace') ?? '';
  const spanId = params.get('span') ?? '';
  const query = logqlOf({ text, traceId, spanId });
  const { from, to } = time.resolved;
  const step = Math.max(1000, stepFor({ kind: 'auto', density: 'low' }, durationMs(to - from)));
  const aligned = useMemo(() => alignWindow(from, to, durationMs(step)), [from, to, step]);
  const window = useMemo(() => ({ startNs: `${from}000000`, endNs: `${to}000000` }), [from, to]);
  const zoom = (a: typeof from, b: typeof to): void => time.setRange(between(a, b));
  const isMetric =
    isLogql(text) === false
      ? /^\s*[a-z_]+\s*[({]|^\s*[a-z_]+\s+by\b/.test(text) && isMetricQuery(text) && text.includes('{')
      : false;

  return (
    <Page title="Logs" actions={<TimeControls time={time} />}>
      <Card>
        <SearchBar text={text} window={window} onSearch={setText} />
        {(traceId !== '' || spanId !== '') && (
          <div className={styles['idNotice']}>
            <Badge tone="info">{spanId ? `span ${spanId}` : `trace ${traceId}`}</Badge>
            <Button
              look="quiet"
              onClick={() =>
                change((p) => {
                  p.delete('trace');
                  p.delete('span');
                })
              }
            >
              Show all lines
            </Button>
          </div>
        )}
        {!isMetric && params.get('tab') !== 'live' && (
          <LogHistogram
            query={query}
            {...aligned}
            stepSeconds={step / 1000}
            onZoom={zoom}
            onLevel={(level) => setText(`${query} | detected_level=${JSON.stringify(level)}`)}
          />
        )}
      </Card>
      {isMetric ? (
        <Card title="Result" note={text}>
          <MetricResult query={text} {...aligned} stepSeconds={step / 1000} onZoom={zoom} />
        </Card>
      ) : (
        <LogResult query={query} text={text} window={window} stepSeconds={step / 1000} onQuery={setText} />
      )}
    </Page>
  );
}
