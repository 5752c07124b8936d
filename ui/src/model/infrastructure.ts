// SPDX-License-Identifier: Apache-2.0
// Hosts, containers and Kubernetes workloads out of the metrics that their usual exporters expose.
import type { InstantSeries, Labels } from '@/api/query_types';

/** One figure of a kind of thing: a query by the label that names the thing. */
export interface FigureQuery {
  key: string;
  title: string;
  /** `%r` becomes the range. */
  query: string;
  unit: 'ratio' | 'bytes' | 'bytesPerSecond' | 'number' | 'cores';
}

export interface Inventory {
  key: 'hosts' | 'containers' | 'workloads';
  title: string;
  /** The labels that name one row, as the queries keep them. */
  by: readonly string[];
  source: string;
  figures: readonly FigureQuery[];
}

const onDisk = 'fstype!~"tmpfs|ramfs|overlay|squashfs"';

export const inventories: readonly Inventory[] = [
  {
    key: 'hosts',
    title: 'Hosts',
    by: ['instance'],
    source: 'the node exporter, or host metrics of an OpenTelemetry Collector',
    figures: [
      {
        key: 'cpu',
        title: 'CPU',
        unit: 'ratio',
        query: '1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[%r]))',
      },
      {
        key: 'memory',
        title: 'Memory',
        unit: 'ratio',
        query: '1 - max by (instance) (node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes)',
      },
      {
        key: 'disk',
        title: 'Fullest disk',
        unit: 'ratio',
        query: `max by (instance) (1 - node_filesystem_avail_bytes{${onDisk}} / (node_filesystem_size_bytes{${onDisk}} > 0))`,
      },
      { key: 'load', title: 'Load', unit: 'number', query: 'max by (instance) (node_load1)' },
      {
        key: 'network',
        title: 'Network',
        unit: 'bytesPerSecond',
        query:
          'sum by (instance) (rate(node_network_receive_bytes_total{device!="lo"}[%r]) + rate(node_network_transmit_bytes_total{device!="lo"}[%r]))',
      },
    ],
  },
  {
    key: 'containers',
    title: 'Containers',
    by: ['namespace', 'pod', 'name', 'container'],
    source: 'cAdvisor or the kubelet',
    figures: [
      {
        key: 'cpu',
        title: 'CPU cores',
        unit: 'cores',
        query:
          'sum by (namespace, pod, name, container) (rate(container_cpu_usage_seconds_total{container!="POD",id!="/"}[%r]))',
      },
      {
        key: 'memory',
        title: 'Memory',
        unit: 'bytes',
        query:
          'sum by (namespace, pod, name, container) (container_memory_working_set_bytes{container!="POD",id!="/"})',
      },
      {
        key: 'restarts',
        title: 'Restarts today',
        unit: 'number',
        query: 'sum by (namespace, pod, container) (increase(kube_pod_container_status_restarts_total[1d]))',
      },
    ],
  },
  {
    key: 'workloads',
    title: 'Kubernetes workloads',
    by: ['namespace', 'deployment'],
    source: 'kube-state-metrics',
    figures: [
      {
        key: 'wanted',
        title: 'Wanted',
        unit: 'number',
        query: 'max by (namespace, deployment) (kube_deployment_spec_replicas)',
      },
      {
        key: 'ready',
        title: 'Ready',
        unit: 'number',
        query: 'max by (namespace, deployment) (kube_deployment_status_replicas_ready)',
      },
    ],
  },
];

export interface InventoryRow {
  key: string;
  labels: Labels;
  name: string;
  figures: Record<string, number>;
}

/** Rows by their naming labels; a figure that a thing does not have stays out of its row. */
export function inventoryRows(inventory: Inventory, results: readonly (readonly InstantSeries[])[]): InventoryRow[] {
  const rows = new Map<string, InventoryRow>();
  inventory.figures.forEach((figure, index) => {
    for (const series of results[index] ?? []) {
      const value = Number(series.value?.[1]);
      const labels = Object.fromEntries(
        inventory.by.flatMap((name) => (series.metric[name] ? [[name, series.metric[name]]] : [])),
      ) as Labels;
      const name = Object.values(labels).join(' / ');
      if (name === '' || !Number.isFinite(value)) continue;
      const row = rows.get(name) ?? { key: name, labels, name, figures: {} };
      row.figures[figure.key] = value;
      rows.set(name, row);
    }
  });
  return [...rows.values()].sort((a, b) => a.name.localeCompare(b.name));
}
