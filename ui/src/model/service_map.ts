// SPDX-License-Identifier: Apache-2.0
// Who calls whom, placed in columns: callers left of what they call. Rings are cut where they close.
import type { InstantSeries } from '@/api/query_types';
import { parseValue } from './chart_data';

export interface ServiceEdge {
  from: string;
  to: string;
  /** "", "messaging_system", "database" or "virtual_node". */
  kind: string;
  rate: number;
  errors: number;
  p95Ms: number | null;
}

export interface ServiceNode {
  name: string;
  kind: string;
  column: number;
  row: number;
  /** Calls received, or sent if it receives none. */
  rate: number;
  errors: number;
}

export interface ServiceMap {
  nodes: ServiceNode[];
  edges: ServiceEdge[];
  columns: number;
  rows: number;
}

export function serviceEdges(
  total: readonly InstantSeries[],
  failed: readonly InstantSeries[],
  p95: readonly InstantSeries[],
): ServiceEdge[] {
  const pair = (one: InstantSeries): string => `${one.metric['client'] ?? ''}\n${one.metric['server'] ?? ''}`;
  const index = (series: readonly InstantSeries[]): Map<string, number> =>
    new Map(series.map((one) => [pair(one), parseValue(one.value?.[1] ?? 'NaN')]));
  const failures = index(failed);
  const slow = index(p95);
  return total
    .map((one) => {
      const rate = parseValue(one.value?.[1] ?? '0');
      const seconds = slow.get(pair(one));
      return {
        from: one.metric['client'] ?? '',
        to: one.metric['server'] ?? '',
        kind: one.metric['connection_type'] ?? '',
        rate,
        errors: rate > 0 ? (failures.get(pair(one)) ?? 0) / rate : 0,
        p95Ms: seconds === undefined || Number.isNaN(seconds) ? null : seconds * 1000,
      };
    })
    .filter((edge) => edge.rate > 0 && edge.from !== '' && edge.to !== '');
}

export function layOut(edges: readonly ServiceEdge[]): ServiceMap {
  const names = [...new Set(edges.flatMap((edge) => [edge.from, edge.to]))].sort();
  const column = columnsOf(names, edges);
  const nodes = names.map((name) => nodeOf(name, column.get(name) ?? 0, edges));
  const rows = placeRows(nodes, edges);
  return { nodes, edges: [...edges], columns: Math.max(0, ...nodes.map((node) => node.column)) + 1, rows };
}

function columnsOf(names: readonly string[], edges: readonly ServiceEdge[]): Map<string, number> {
  const targets = new Map(
    names.map((name) => [name, edges.filter((e) => e.from === name && e.to !== name).map((e) => e.to)]),
  );
  const state = new Map<string, 'open' | 'done'>();
  const order: string[] = [];
  const back = new Set<string>();
  const visit = (name: string): void => {
    state.set(name, 'open');
    for (const to of targets.get(name) ?? []) {
      if (state.get(to) === 'open') back.add(`${name}\n${to}`);
      else if (!state.has(to)) visit(to);
    }
    state.set(name, 'done');
    order.unshift(name);
  };
  const called = new Set(edges.filter((e) => e.from !== e.to).map((e) => e.to));
  for (const name of [...names.filter((one) => !called.has(one)), ...names]) if (!state.has(name)) visit(name);
  const column = new Map(names.map((name) => [name, 0]));
  for (const name of order) {
    for (const to of targets.get(name) ?? []) {
      if (back.has(`${name}\n${to}`)) continue;
      column.set(to, Math.max(column.get(to) ?? 0, (column.get(name) ?? 0) + 1));
    }
  }
  return column;
}

function nodeOf(name: string, column: number, edges: readonly ServiceEdge[]): ServiceNode {
  const received = edges.filter((edge) => edge.to === name);
  const counted = received.length > 0 ? received : edges.filter((edge) => edge.from === name);
  const rate = counted.reduce((sum, edge) => sum + edge.rate, 0);
  const failures = received.reduce((sum, edge) => sum + edge.rate * edge.errors, 0);
  const kind = received.find((edge) => edge.kind !== '')?.kind ?? '';
  return { name, kind, column, row: 0, rate, errors: rate > 0 ? failures / rate : 0 };
}

/** Each node beside the middle of its callers, as far as there is room. */
function placeRows(nodes: ServiceNode[], edges: readonly ServiceEdge[]): number {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const columns = Math.max(0, ...nodes.map((node) => node.column)) + 1;
  let rows = 1;
  for (let column = 0; column < columns; column++) {
    const here = nodes.filter((node) => node.column === column);
    const wish = (node: ServiceNode): number => {
      const callers = edges
        .filter((edge) => edge.to === node.name)
        .map((edge) => byName.get(edge.from))
        .filter((one): one is ServiceNode => one !== undefined && one.column < column);
      return callers.length === 0 ? 0 : callers.reduce((sum, one) => sum + one.row, 0) / callers.length;
    };
    here
      .map((node) => ({ node, at: wish(node) }))
      .sort((a, b) => a.at - b.at || (a.node.name < b.node.name ? -1 : 1))
      .forEach(({ node }, index) => (node.row = index));
    rows = Math.max(rows, here.length);
  }
  for (const node of nodes) {
    const height = nodes.filter((one) => one.column === node.column).length;
    node.row += (rows - height) / 2;
  }
  return rows;
}

/** Where the lines of each box begin and end, as distances from its middle: ordered by what they lead to. */
export function edgeEnds(map: ServiceMap, height: number): Map<ServiceEdge, { from: number; to: number }> {
  const rowOf = new Map(map.nodes.map((node) => [node.name, node.row]));
  const ends = new Map(map.edges.map((edge) => [edge, { from: 0, to: 0 }]));
  const spread = (own: 'from' | 'to', other: 'from' | 'to'): void => {
    for (const node of map.nodes) {
      const here = map.edges
        .filter((edge) => edge[own] === node.name)
        .sort((a, b) => (rowOf.get(a[other]) ?? 0) - (rowOf.get(b[other]) ?? 0));
      const gap = Math.min(14, height / Math.max(here.length, 1));
      here.forEach((edge, i) => {
        const end = ends.get(edge);
        if (end) end[own] = (i - (here.length - 1) / 2) * gap;
      });
    }
  };
  spread('from', 'to');
  spread('to', 'from');
  return ends;
}
