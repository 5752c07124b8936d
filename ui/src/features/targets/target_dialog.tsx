// SPDX-License-Identifier: Apache-2.0
import { Link } from 'wouter';
import type { ActiveTarget } from '@/api/status_types';
import { timestampMs } from '@/base/brand';
import { humanDuration } from '@/base/duration';
import { percent } from '@/base/number_format';
import { formatDateTime } from '@/base/time_format';
import { selectorOf } from '@/model/series_name';
import { intervalMs } from '@/model/target_groups';
import { Badge } from '@/widgets/badge';
import { Facts } from '@/widgets/card';
import { CopyButton } from '@/widgets/copy_button';
import { LabelChips } from '@/widgets/label_chips';
import { Dialog } from '@/widgets/popup';
import { usePreferences } from '@/widgets/preferences';
import styles from './targets.module.css';

export function TargetDialog({ target, onClose }: { target: ActiveTarget | null; onClose: () => void }) {
  return (
    <Dialog title={target?.scrapeUrl ?? ''} open={target !== null} onOpenChange={(open) => !open && onClose()}>
      {target && <TargetDetail target={target} />}
    </Dialog>
  );
}

function graphLink(metric: string, target: ActiveTarget): string {
  const { job = '', instance = '' } = target.labels;
  return `/explore?${new URLSearchParams({ 'g0.expr': selectorOf(metric, { job, instance }), 'g0.tab': 'graph' }).toString()}`;
}

function TargetDetail({ target }: { target: ActiveTarget }) {
  const zone = usePreferences((p) => p.zone);
  const last = Date.parse(target.lastScrape);
  const share = (target.lastScrapeDuration * 1000) / (intervalMs(target.scrapeTimeout) || 1);
  return (
    <div className={styles['detail']}>
      {target.lastError && (
        <div className={styles['detailError']} role="alert">
          <span>{target.lastError}</span>
          <CopyButton text={() => target.lastError} label="Copy error" />
        </div>
      )}
      <Facts
        facts={[
          [
            'Health',
            <Badge key="h" tone={target.health === 'up' ? 'good' : target.health === 'down' ? 'bad' : 'neutral'}>
              {target.health}
            </Badge>,
          ],
          ['Last scrape', last > 0 ? formatDateTime(timestampMs(last), zone) : 'never'],
          ['Took', `${humanDuration(target.lastScrapeDuration * 1000)}, ${percent(share)} of the timeout`],
          ['Interval, timeout', `${target.scrapeInterval}, ${target.scrapeTimeout}`],
          ['Job', target.scrapePool],
          ['Labels', <LabelChips key="l" labels={target.labels} />],
          ['Before relabelling', <LabelChips key="d" labels={target.discoveredLabels} />],
          [
            'Graphs',
            <span key="g" className={styles['links']}>
              <Link href={graphLink('up', target)}>up</Link>
              <Link href={graphLink('scrape_duration_seconds', target)}>scrape duration</Link>
              <Link href={graphLink('scrape_samples_scraped', target)}>samples</Link>
              <Link href={graphLink('scrape_series_added', target)}>new series</Link>
            </span>,
          ],
        ]}
      />
    </div>
  );
}
