// SPDX-License-Identifier: Apache-2.0
// The places of the application: the side bar, the command palette and the short cuts are made from
// this list. A place is listed when it exists.
import {
  Bell,
  BellOff,
  BellPlus,
  Boxes,
  Bug,
  Compass,
  Cpu,
  Crosshair,
  Database,
  Diff,
  FileChartColumn,
  FileCog,
  FileText,
  Flag,
  History,
  House,
  Import,
  LayoutDashboard,
  ListChecks,
  ListVideo,
  Milestone,
  PlugZap,
  Radar,
  Recycle,
  Route,
  Send,
  Server,
  Target,
  Waypoints,
  type LucideIcon,
} from 'lucide-react';

export interface Place {
  path: string;
  name: string;
  icon: LucideIcon;
  /** More words to find it by. */
  words: string;
  /** The key after G. */
  key?: string;
}

export interface PlaceGroup {
  /** Null for the first group, which needs no heading. */
  name: string | null;
  places: readonly Place[];
}

export const placeGroups: readonly PlaceGroup[] = [
  {
    name: null,
    places: [
      { path: '/', name: 'Home', icon: House, words: 'overview health start send data ingestion', key: 'h' },
      { path: '/explore', name: 'Explore', icon: Compass, words: 'metrics query promql graph', key: 'e' },
      {
        path: '/dashboards',
        name: 'Dashboards',
        icon: LayoutDashboard,
        words: 'panels grafana folders boards',
        key: 'b',
      },
      { path: '/slos', name: 'Objectives', icon: Target, words: 'slo sli error budget burn report sla', key: 'o' },
      { path: '/services', name: 'Services', icon: Boxes, words: 'catalog map red rate errors duration apm', key: 'v' },
      { path: '/errors', name: 'Errors', icon: Bug, words: 'exceptions failed spans groups' },
      {
        path: '/infrastructure',
        name: 'Infrastructure',
        icon: Server,
        words: 'hosts nodes containers pods kubernetes cpu memory disk',
      },
      { path: '/traces', name: 'Traces', icon: Route, words: 'spans traceql search tempo jaeger', key: 'x' },
      { path: '/logs', name: 'Logs', icon: FileText, words: 'lines logql loki tail search', key: 'l' },
    ],
  },
  {
    name: 'Alerting',
    places: [
      { path: '/alerts', name: 'Alerts', icon: Bell, words: 'firing pending', key: 'a' },
      { path: '/rules', name: 'Rules', icon: ListChecks, words: 'recording alerting groups', key: 'r' },
      {
        path: '/notifications',
        name: 'Notifications',
        icon: Send,
        words: 'receivers routes groups who was told',
        key: 'n',
      },
      {
        path: '/notification-history',
        name: 'History',
        icon: History,
        words: 'who was told sent failed notification log',
      },
      { path: '/routes', name: 'Routes', icon: Milestone, words: 'receivers tree route test who would be told' },
      { path: '/silences', name: 'Silences', icon: BellOff, words: 'mute quiet maintenance', key: 'm' },
    ],
  },
  {
    name: 'System',
    places: [
      {
        path: '/send-data',
        name: 'Send data',
        icon: PlugZap,
        words: 'start first run onboarding opentelemetry sdk collector agent add source arrivals',
      },
      { path: '/targets', name: 'Targets', icon: Crosshair, words: 'scrape up down jobs', key: 't' },
      { path: '/service-discovery', name: 'Service discovery', icon: Radar, words: 'relabel dropped labels', key: 'd' },
      { path: '/tsdb-status', name: 'Storage', icon: Database, words: 'tsdb cardinality series head', key: 's' },
      { path: '/usage', name: 'Usage', icon: Recycle, words: 'cardinality unused metrics drop rule cost' },
      { path: '/config', name: 'Configuration', icon: FileCog, words: 'yaml prometheus.yml', key: 'c' },
      { path: '/flags', name: 'Flags', icon: Flag, words: 'command line', key: 'f' },
      { path: '/status', name: 'Runtime and build', icon: Cpu, words: 'version uptime', key: 'i' },
    ],
  },
];

export const places: readonly Place[] = placeGroups.flatMap((group) => group.places);

/** Pages that other pages lead to; found by the palette too. */
export const morePlaces: readonly Place[] = [
  { path: '/services?view=map', name: 'Service map', icon: Waypoints, words: 'dependencies graph topology' },
  { path: '/difference', name: 'What is different', icon: Diff, words: 'compare before incident cause change' },
  { path: '/dashboard/new', name: 'New dashboard', icon: LayoutDashboard, words: 'create add panels' },
  { path: '/dashboard/import', name: 'Import a dashboard', icon: Import, words: 'grafana json upload' },
  { path: '/playlists', name: 'Playlists', icon: ListVideo, words: 'dashboards wall screen kiosk rotate' },
  { path: '/rules/new', name: 'New alert rule', icon: BellPlus, words: 'create add alerting backtest' },
  { path: '/slos/new', name: 'New objective', icon: Target, words: 'slo create add promise' },
  { path: '/slo-report', name: 'Report of objectives', icon: FileChartColumn, words: 'slo sla month pdf csv' },
];
