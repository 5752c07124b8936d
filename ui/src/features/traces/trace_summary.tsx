// SPDX-License-Identifier: Apache-2.0
import { Link } from 'wouter';
import { timestampMs } from '@/base/brand';
import { humanDuration } from '@/base/duration';
import { plural } from '@/base/number_format';
import { formatDateTime } from '@/base/time_format';
import { attribute } from '@/model/attributes';
import type { Trace } from '@/model/trace';
import { Badge } from '@/widgets/badge';
import { usePreferences } from '@/widgets/preferences';

/** Journey, size and time of a trace in a line. */
export function TraceSummary({ trace }: { trace: Trace }) {
  const zone = usePreferences((p) => p.zone);
  const root = trace.roots[0];
  const journey = root && attribute(root.attributes, 'cuj.name');
  return (
    <>
      {formatDateTime(timestampMs(trace.startMs), zone)} · <b>{humanDuration(trace.durationUs / 1000)}</b> ·{' '}
      {plural(trace.spans.length, 'span')} in {plural(trace.services.length, 'service')} · {trace.depth} deep{' '}
      {trace.errors > 0 && <Badge tone="bad">{plural(trace.errors, 'error')}</Badge>}{' '}
      {journey && (
        <Link href={`/slos?search=${encodeURIComponent(journey)}`} title="Its objectives">
          <Badge tone="info">journey {journey}</Badge>
        </Link>
      )}{' '}
      {trace.roots.length > 1 && <Badge tone="warn">{plural(trace.roots.length, 'root')}: spans are missing</Badge>}
    </>
  );
}
