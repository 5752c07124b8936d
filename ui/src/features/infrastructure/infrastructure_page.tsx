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

/** A card comes only after those above it have answered, so that none is pushed down. */
function answeredFromTop<T extends { isPending: boolean }>(all: readonly T[]): readonly T[] {
  const firstPending = all.findIndex((one) => one.isPending);
  return firstPending < 0 ? all : all.slice(0, firstPending);
}

export function InfrastructurePage() {
  const time = usePageTime();
  const [text, setText] = useUrlText('search');
  const all = inventories.map((inventory) => ({ inventory, ...useInventory(inventory, time.resolved) }));
  const answered = answeredFromTop(all);
  const isPending = answered.length < all.length;
  const isEmpty = !isPending && all.every((one) => one.rows.length === 0 && !one.error);
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
      {answered.map((one) =>
        one.error ? (
          <Card key={one.inventory.key} title={one.inventory.title}>
            <Failure what={one.inventory.title} error={one.error} onRetry={one.refetch} />
          </Card>
        ) : (
          one.rows.length > 0 && <InventoryCard key={one.inventory.key} {...one} filter={text} />
        ),
      )}
      {isPending && (
        <Card>
          <Skeleton lines={8} />
        </Card>
      )}
      {isEmpty && (
        <Card>
          <Empty
            icon={<Server />}
            title="No host or container reports here"
            actions={<Link href="/send-data">How to send metrics</Link>}
          >
            {inventories.map((one) => `${one.title} appear with ${one.source}.`).join(' ')}
          </Empty>
        </Card>
      )}
    </Page>
  );
}
