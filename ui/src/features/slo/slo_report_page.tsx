// SPDX-License-Identifier: Apache-2.0
// What was promised and what was kept in a period; to read, to print, to hand on.
import { useQuery } from '@tanstack/react-query';
import { Download, FileText } from 'lucide-react';
import { sloReportQuery, type ReportLine } from '@/api/slo_queries';
import { percent, shortNumber } from '@/base/number_format';
import { lastOf } from '@/model/time_range';
import { durationMs } from '@/base/brand';
import { Badge } from '@/widgets/badge';
import { Card, Page } from '@/widgets/card';
import { DataTable, type Column } from '@/widgets/data_table';
import { LabelChips } from '@/widgets/label_chips';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import { TimeControls } from '@/widgets/time_controls';
import { usePageTime } from '@/widgets/url_state';
import styles from './slo.module.css';

const month = lastOf(durationMs(30 * 86_400_000));

const columns: Column<ReportLine>[] = [
  {
    key: 'met',
    header: 'Kept',
    width: '80px',
    cell: (one) => <Badge tone={one.met ? 'good' : 'bad'}>{one.met ? 'yes' : 'no'}</Badge>,
  },
  {
    key: 'name',
    header: 'Objective',
    width: 'minmax(200px, 3fr)',
    cell: (one) => (
      <>
        <b>{one.name}</b> <span className={styles['quiet']}>{one.service}</span>{' '}
        {Object.keys(one.group).length > 0 && <LabelChips labels={one.group} />}
      </>
    ),
  },
  { key: 'objective', header: 'Promised', width: '100px', align: 'end', cell: (one) => `${one.objective} %` },
  {
    key: 'sli',
    header: 'Was',
    width: '110px',
    align: 'end',
    cell: (one) => (one.total > 0 ? `${(one.sli * 100).toFixed(4)} %` : 'no events'),
  },
  { key: 'total', header: 'Events', width: '90px', align: 'end', cell: (one) => shortNumber(one.total) },
  { key: 'errors', header: 'Errors', width: '90px', align: 'end', cell: (one) => shortNumber(one.errors) },
  { key: 'left', header: 'Budget left', width: '110px', align: 'end', cell: (one) => percent(one.remaining) },
  {
    key: 'down',
    header: 'As outage',
    width: '110px',
    align: 'end',
    cell: (one) => `${shortNumber(one.downtimeMinutes)} min`,
  },
];

export function SloReportPage() {
  const time = usePageTime(month);
  const from = Math.floor(time.resolved.from / 1000);
  const to = Math.ceil(time.resolved.to / 1000);
  const query = useQuery(sloReportQuery(from, to));
  const file = (format: string): string => `/api/signalbox/v1/slo-report?from=${from}&to=${to}&format=${format}`;
  const lines = query.data?.lines ?? [];
  return (
    <Page
      title="Report"
      summary={lines.length > 0 && `${lines.filter((one) => one.met).length} of ${lines.length} kept`}
      actions={
        <>
          <a className={styles['action']} href={file('pdf')} download>
            <Download aria-hidden /> PDF
          </a>
          <a className={styles['action']} href={file('csv')} download>
            <Download aria-hidden /> CSV
          </a>
          <TimeControls time={time} />
        </>
      }
    >
      <Card>
        {query.isPending ? (
          <Skeleton lines={8} />
        ) : query.isError ? (
          <Failure what="The report" error={query.error} onRetry={() => void query.refetch()} />
        ) : lines.length === 0 ? (
          <Empty icon={<FileText />} title="No objective had events in this time" />
        ) : (
          <DataTable
            label="Report"
            columns={columns}
            rows={lines}
            rowKey={(one, index) => `${one.id}${index}`}
            minWidth={860}
            isStackedOnPhone
          />
        )}
      </Card>
    </Page>
  );
}
