// SPDX-License-Identifier: Apache-2.0
// Answers about the server itself: targets, rules, alerts, status documents.
import type { Labels } from './query_types';

export interface ActiveTarget {
  discoveredLabels: Labels;
  labels: Labels;
  scrapePool: string;
  scrapeUrl: string;
  globalUrl: string;
  lastError: string;
  lastScrape: string;
  lastScrapeDuration: number;
  health: 'up' | 'down' | 'unknown';
  scrapeInterval: string;
  scrapeTimeout: string;
}

export interface DroppedTarget {
  discoveredLabels: Labels;
  scrapePool?: string;
}

export interface Targets {
  activeTargets: ActiveTarget[];
  droppedTargets: DroppedTarget[];
  droppedTargetCounts?: Record<string, number>;
}

export type AlertState = 'firing' | 'pending' | 'inactive' | 'unknown';

export interface Alert {
  labels: Labels;
  annotations: Labels;
  state: AlertState;
  activeAt?: string;
  keepFiringSince?: string;
  value: string;
}

interface RuleBase {
  name: string;
  query: string;
  labels?: Labels;
  health: 'ok' | 'err' | 'unknown';
  lastError?: string;
  evaluationTime: number;
  lastEvaluation: string;
}

export type AlertingRule = RuleBase & {
  type: 'alerting';
  state: AlertState;
  duration: number;
  keepFiringFor?: number;
  annotations?: Labels;
  alerts?: Alert[];
};

export type RecordingRule = RuleBase & { type: 'recording' };
export type Rule = AlertingRule | RecordingRule;

export interface RuleGroup {
  name: string;
  file: string;
  interval: number;
  limit?: number;
  rules: Rule[];
  evaluationTime: number;
  lastEvaluation: string;
}

export type Metadata = Record<string, { type: string; help: string; unit: string }[]>;

export interface NameAndCount {
  name: string;
  value: number;
}

export interface TsdbStatus {
  headStats: { numSeries: number; numLabelPairs: number; chunkCount: number; minTime: number; maxTime: number };
  seriesCountByMetricName: NameAndCount[] | null;
  labelValueCountByLabelName: NameAndCount[] | null;
  memoryInBytesByLabelName: NameAndCount[] | null;
  seriesCountByLabelValuePair: NameAndCount[] | null;
}

export type Document = Record<string, string | number | boolean>;

export interface SignalboxStatus {
  version: string;
  revision: string;
  startTime: string;
  uptimeSeconds: number;
  configReload: { ok: boolean; time: string; error: string };
  storage: {
    headSeries: number;
    headSamplesAppendedTotal: number;
    blocks: number;
    diskBytes: number;
    walBytes: number;
    minTime: number;
    maxTime: number;
    retention: string;
  };
  scrape: { targetsUp: number; targetsDown: number; jobs: number };
  ingest: { samplesTotal: number; remoteWriteRequestsTotal: number; rejectedTotal: number };
}
