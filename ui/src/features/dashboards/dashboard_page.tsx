// SPDX-License-Identifier: Apache-2.0
// /d/:uid, a snapshot, or a new dashboard.
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'wouter';
import { dashboardQuery, snapshotQuery } from '@/api/dashboards';
import type { JsonObject } from '@/model/dashboard/json';
import { Card, Page } from '@/widgets/card';
import { Failure, Skeleton } from '@/widgets/states';
import { DashboardView } from './dashboard_view';
import { emptyDashboard } from './edit_dashboard';

function Loading({ title }: { title: string }) {
  return (
    <Page title={title}>
      <Card>
        <Skeleton lines={9} />
      </Card>
    </Page>
  );
}

export function DashboardPage() {
  const { uid = '' } = useParams<{ uid: string }>();
  return <StoredDashboard uid={uid} />;
}

export function StoredDashboard({ uid }: { uid: string }) {
  const stored = useQuery(dashboardQuery(uid));
  if (stored.isPending) return <Loading title="Dashboard" />;
  if (stored.isError) {
    return (
      <Page title="Dashboard" actions={<Link href="/dashboards">All dashboards</Link>}>
        <Card>
          <Failure what={`The dashboard ${uid}`} error={stored.error} onRetry={() => void stored.refetch()} />
        </Card>
      </Page>
    );
  }
  return (
    <DashboardView
      key={`${uid} ${stored.data.meta.version}`}
      stored={stored.data.dashboard as JsonObject}
      meta={stored.data.meta}
    />
  );
}

export function SnapshotPage() {
  const { key = '' } = useParams<{ key: string }>();
  const stored = useQuery(snapshotQuery(key));
  if (stored.isPending) return <Loading title="Snapshot" />;
  if (stored.isError) {
    return (
      <Page title="Snapshot" actions={<Link href="/dashboards">All dashboards</Link>}>
        <Card>
          <Failure what="The snapshot" error={stored.error} />
        </Card>
      </Page>
    );
  }
  return <DashboardView stored={stored.data.dashboard as JsonObject} meta={null} />;
}

export function NewDashboardPage() {
  return <DashboardView stored={emptyDashboard} meta={null} isNew />;
}
