// SPDX-License-Identifier: Apache-2.0
// Every service that sends spans, with its rate, errors and duration; as a list or as a map.
import { Boxes } from 'lucide-react';
import { Link } from 'wouter';
import { plural } from '@/base/number_format';
import { entryKinds } from '@/model/service_red';
import { Card, Page } from '@/widgets/card';
import { ChoiceField, SearchField } from '@/widgets/fields';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import { TimeControls } from '@/widgets/time_controls';
import { usePageTime, useUrlText } from '@/widgets/url_state';
import { RedTable } from './red_table';
import { ServiceMapView } from './service_map_view';
import { useRed } from '@/widgets/query/use_red';
import styles from './services.module.css';

export function ServicesPage() {
  const time = usePageTime();
  const [view, setView] = useUrlText('view', 'list');
  const [text, setText] = useUrlText('search');
  const red = useRed('service', [entryKinds], time.resolved);
  const shown = red.rows.filter((row) => (row.labels['service'] ?? '').toLowerCase().includes(text.toLowerCase()));
  return (
    <Page
      title="Services"
      summary={red.rows.length > 0 && plural(red.rows.length, 'service')}
      actions={
        <>
          <ChoiceField
            label="View"
            value={view}
            onChange={setView}
            choices={[
              { value: 'list', label: 'List' },
              { value: 'map', label: 'Map' },
            ]}
          />
          <div className={styles['search']}>
            <SearchField label="Filter services" value={text} onChange={setText} />
          </div>
          <TimeControls time={time} />
        </>
      }
    >
      {view === 'map' ? (
        <ServiceMapView range={time.resolved} filter={text} />
      ) : (
        <Card>
          {red.isPending ? (
            <Skeleton lines={8} />
          ) : red.error && red.rows.length === 0 ? (
            <Failure what="The services" error={red.error} onRetry={red.refetch} />
          ) : red.rows.length === 0 ? (
            <Empty
              icon={<Boxes />}
              title="No service has sent a span in this time"
              actions={<Link href="/send-data">How to send traces</Link>}
            >
              Point an OpenTelemetry SDK at port 4317 or 4318; services appear within a minute of their first span.
            </Empty>
          ) : shown.length === 0 ? (
            <Empty icon={<Boxes />} title="No service is called that" />
          ) : (
            <RedTable
              label="Services"
              header="Service"
              rows={shown}
              name={(row) => (
                <Link href={`/services/${encodeURIComponent(row.labels['service'] ?? '')}`}>
                  {row.labels['service']}
                </Link>
              )}
            />
          )}
        </Card>
      )}
    </Page>
  );
}
