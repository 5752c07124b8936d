// SPDX-License-Identifier: Apache-2.0
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { restoreVersion, versionData, versionsQuery } from '@/api/dashboards';
import { nowMs, timestampMs } from '@/base/brand';
import { formatAgo } from '@/base/time_format';
import { differences } from '@/model/dashboard/export_dashboard';
import { Button } from '@/widgets/button';
import { DataTable } from '@/widgets/data_table';
import { Dialog } from '@/widgets/popup';
import { Failure, Skeleton } from '@/widgets/states';
import { Differences } from './differences';
import styles from './dashboards.module.css';

/** Saved versions, newest first; each can be compared with the newest and brought back. */
export function VersionsDialog({ uid, onClose }: { uid: string; onClose: () => void }) {
  const list = useQuery(versionsQuery(uid));
  const [compared, setCompared] = useState<number | null>(null);
  const client = useQueryClient();
  const versions = list.data?.versions ?? [];
  const newest = versions[0]?.version ?? 0;
  const comparison = useQuery({
    queryKey: ['dashboards', 'difference', uid, compared, newest],
    queryFn: async () => differences(await versionData(uid, compared ?? 0), await versionData(uid, newest)),
    enabled: compared !== null,
  });
  const restore = async (version: number): Promise<void> => {
    await restoreVersion(uid, version);
    await client.invalidateQueries({ queryKey: ['dashboards'] });
    onClose();
  };
  return (
    <Dialog title="Versions" open onOpenChange={(open) => !open && onClose()} placement="wide">
      <div className={styles['dialogBody']}>
        {list.isPending ? (
          <Skeleton lines={5} />
        ) : list.isError ? (
          <Failure what="The versions" error={list.error} />
        ) : (
          <DataTable
            label="Versions"
            rows={versions}
            rowKey={(row) => String(row.version)}
            maxHeight={260}
            columns={[
              { key: 'version', header: 'Version', width: '80px', cell: (row) => row.version },
              {
                key: 'when',
                header: 'Saved',
                width: '120px',
                cell: (row) => formatAgo(timestampMs(Date.parse(row.created)), nowMs()),
              },
              { key: 'who', header: 'By', width: '120px', isWideOnly: true, cell: (row) => row.createdBy },
              { key: 'what', header: 'What changed', width: 'minmax(120px, 1fr)', cell: (row) => row.message },
              {
                key: 'do',
                header: '',
                width: '200px',
                cell: (row) =>
                  row.version === newest ? (
                    'newest'
                  ) : (
                    <span className={styles['buttons']}>
                      <Button onClick={() => setCompared(row.version)}>Compare</Button>
                      <Button onClick={() => void restore(row.version)}>Restore</Button>
                    </span>
                  ),
              },
            ]}
          />
        )}
        {compared !== null && (
          <>
            <strong>
              From version {compared} to {newest}
            </strong>
            {comparison.data ? (
              comparison.data.length > 0 ? (
                <Differences list={comparison.data} />
              ) : (
                'Nothing differs.'
              )
            ) : (
              <Skeleton lines={3} />
            )}
          </>
        )}
      </div>
    </Dialog>
  );
}
