// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { configQuery, statusQuery } from '@/api/queries';
import { timestampMs } from '@/base/brand';
import { plural } from '@/base/number_format';
import { formatDateTime } from '@/base/time_format';
import { Card, Page } from '@/widgets/card';
import { YamlView } from '@/widgets/code_view';
import { CopyButton } from '@/widgets/copy_button';
import { SearchField } from '@/widgets/fields';
import { usePreferences } from '@/widgets/preferences';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import { useUrlText } from '@/widgets/url_state';
import styles from './status.module.css';

export function ConfigPage() {
  const query = useQuery(configQuery());
  const status = useQuery(statusQuery());
  const zone = usePreferences((p) => p.zone);
  const [text, setText] = useUrlText('search');
  const yaml = query.data?.data.yaml ?? '';
  const loaded = status.data ? Date.parse(status.data.configReload.time) : NaN;
  const hits =
    text === '' ? 0 : yaml.split('\n').filter((line) => line.toLowerCase().includes(text.toLowerCase())).length;
  return (
    <Page
      title="Configuration"
      summary={`In effect now, with all defaults written out; secrets are hidden.${loaded > 0 ? ` Last reload ${formatDateTime(timestampMs(loaded), zone)}.` : ''}`}
      actions={
        <>
          <div className={styles['search']}>
            <SearchField label="Find in the configuration" value={text} onChange={setText} />
          </div>
          <CopyButton isWide label="Copy" text={() => yaml} />
        </>
      }
    >
      <Card
        title="Scraping and rules"
        note={
          !query.data ? null : text === '' ? plural(yaml.split('\n').length, 'line') : `${plural(hits, 'line')} found`
        }
      >
        {query.isPending ? (
          <Skeleton lines={14} />
        ) : query.isError ? (
          <Failure what="The configuration" error={query.error} onRetry={() => void query.refetch()} />
        ) : yaml.trim() === '' ? (
          <Empty title="The configuration is empty">Signalbox runs with its defaults.</Empty>
        ) : (
          <YamlView text={yaml} label="Configuration" highlight={text} />
        )}
      </Card>
    </Page>
  );
}
