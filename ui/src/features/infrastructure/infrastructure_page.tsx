// SPDX-License-Identifier: Apache-2.0
// Hosts, containers and Kubernetes workloads: what runs, how full it is, and the way to its signals.
import { Server } from 'lucide-react';
import { Link } from 'wouter';
import { inventories } from '@/model/infrastructure';
import { Card, Page } from '@/widgets/card';
import { SearchField } from '@/widgets/fields';
import { Empty, Failure, Skeleton } from '@/widgets/states';
import { TimeControls } from '@/widgets/time_controls';
import { usePageTime, useUrlText } from '@/widgets/url_state';
import { InventoryCard } from './inventory_card';
import styles from './infrastructure.module.css';
import { useInventory } from './use_inventory';

export function InfrastructurePage() {
  const time = usePageTime();
  const [text, setText] = useUrlText('search');
  const all = inventories.map((inventory) => ({ inventory, ...useInventory(inventory, time.resolved) }));
  const isEmpty = all.every((one) => one.rows.length === 0);
  const error = all.find((one) => one.error)?.error;
  const isPending = all.some((one) => one.isPending);
  return (
    <Page
      title="Infrastructure"
      summary="Hosts, containers and workloads, from the metrics of their usual exporters."
      actions={
        <>
          <div className={styles['search']}>
            <SearchField label="Filter by name" value={text} onChange={setText} />
          </div>
          <TimeControls time={time} />
        </>
      }
    >
      {isEmpty && (
        <Card>
          {isPending ? (
            <Skeleton lines={8} />
          ) : error ? (
            <Failure what="The infrastructure" error={error} onRetry={() => all.forEach((one) => one.refetch())} />
          ) : (
            <Empty
              icon={<Server />}
              title="No host or container reports here"
              actions={<Link href="/send-data">How to send metrics</Link>}
            >
              {inventories.map((one) => `${one.title} appear with ${one.source}.`).join(' ')}
            </Empty>
          )}
        </Card>
      )}
      {all
        .filter((one) => one.rows.length > 0)
        .map((one) => (
          <InventoryCard key={one.inventory.key} {...one} filter={text} />
        ))}
    </Page>
  );
}
