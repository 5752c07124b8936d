// SPDX-License-Identifier: Apache-2.0
// Sends a panel's queries to their sources and turns the answers into frames. Queries of a panel run
// at once; expressions run on what came back.
import { productTogether } from '@/api/http';
import type { QueryResult } from '@/api/query_types';
import { evaluateExpression } from '@/model/dashboard/expression';
import type { Frame } from '@/model/dashboard/frame';
import { asObject, flag, num, objects, text, type Json, type JsonObject } from '@/model/dashboard/json';
import {
  alertsFrame,
  dependencyFrames,
  elasticHistogramFrames,
  documentFrame,
  elasticHitsFrame,
  jaegerSearchFrame,
  jaegerTraceFrame,
  logfmtTags,
  tempoSearchFrame,
} from '@/model/dashboard/other_frames';
import { parsePpl } from '@/model/dashboard/ppl';
import type { PanelQuery } from '@/model/dashboard/panel_queries';
import { framesOfResult, logFrame, type LokiStream } from '@/model/dashboard/prometheus_frames';
import type { KnownSource } from '@/model/dashboard/datasource_ref';

/** Own stores are asked directly, other servers through the proxy. */
export const sourcePath = (source: KnownSource, path: string): string =>
  source.mount ? source.mount + path : `/api/datasources/proxy/uid/${encodeURIComponent(source.uid)}${path}`;

type Params = Record<string, string | number | boolean | readonly string[] | undefined>;
type Ask = <T>(path: string, params?: Params) => Promise<T>;

interface Envelope {
  data: QueryResult;
}

const seconds = (ms: number): number => ms / 1000;

function optionsOf(query: PanelQuery, startMs: number) {
  const format = text(query.raw, 'format', 'time_series');
  return {
    refId: query.refId,
    legend: text(query.raw, 'legendFormat'),
    format: (format === 'table' || format === 'heatmap' ? format : 'time_series') as
      'table' | 'heatmap' | 'time_series',
    startMs,
    endMs: query.window.toMs,
    stepMs: query.stepMs,
  };
}

async function prometheusFrames(query: PanelQuery, ask: Ask): Promise<Frame[]> {
  const { raw, window, stepMs } = query;
  const startMs = Math.floor(window.fromMs / stepMs) * stepMs;
  const isInstant =
    flag(raw, 'instant') || (text(raw, 'format') === 'table' && raw['range'] === undefined && raw['instant'] !== false);
  const isRange = flag(raw, 'range', !isInstant) || !isInstant;
  const out: Frame[] = [];
  if (isInstant) {
    const answer = await ask<Envelope>('/api/v1/query', { query: query.query, time: seconds(window.toMs) });
    out.push(...framesOfResult(answer.data, optionsOf(query, startMs)));
  }
  if (isRange && !(isInstant && text(raw, 'format') === 'table')) {
    const answer = await ask<Envelope>('/api/v1/query_range', {
      query: query.query,
      start: seconds(startMs),
      end: seconds(window.toMs),
      step: seconds(stepMs),
    });
    out.push(...framesOfResult(answer.data, optionsOf(query, startMs)));
  }
  return out;
}

const linesMax = 1000;

async function lokiFrames(query: PanelQuery, ask: Ask): Promise<Frame[]> {
  const { raw, window, stepMs } = query;
  const startMs = Math.floor(window.fromMs / stepMs) * stepMs;
  const limit = num(raw, 'maxLines', linesMax);
  const isInstant = text(raw, 'queryType') === 'instant' || flag(raw, 'instant');
  const answer = isInstant
    ? await ask<{ data: { resultType: string; result: Json[] } }>('/loki/api/v1/query', {
        query: query.query,
        time: seconds(window.toMs),
        limit,
      })
    : await ask<{ data: { resultType: string; result: Json[] } }>('/loki/api/v1/query_range', {
        query: query.query,
        start: seconds(startMs),
        end: seconds(window.toMs),
        step: seconds(stepMs),
        limit,
        direction: text(raw, 'direction', 'backward'),
      });
  const { data } = answer;
  if (data.resultType === 'streams') return [logFrame(data.result as unknown as LokiStream[], query.refId)];
  return framesOfResult(data as unknown as QueryResult, optionsOf(query, startMs));
}

async function tempoFrames(query: PanelQuery, ask: Ask, signal: AbortSignal): Promise<Frame[]> {
  const { raw, window, stepMs } = query;
  if (/^[0-9a-f]{16,32}$/i.test(query.query.trim())) {
    const answer = await productTogether<JsonObject>(`/jaeger/api/traces/${query.query.trim()}`, {}, signal);
    return [jaegerTraceFrame(answer, query.refId)];
  }
  if (text(raw, 'queryType') === 'serviceMap') {
    const range = { endTs: window.toMs, lookback: window.toMs - window.fromMs };
    return dependencyFrames(await productTogether<Json>('/jaeger/api/dependencies', range, signal), query.refId);
  }
  const range = { start: Math.floor(seconds(window.fromMs)), end: Math.ceil(seconds(window.toMs)) };
  if (
    /\|\s*(rate|count_over_time|quantile_over_time|histogram_over_time|(min|max|avg|sum)_over_time)\s*\(/.test(
      query.query,
    )
  ) {
    const answer = await ask<JsonObject>('/api/metrics/query_range', {
      q: query.query,
      ...range,
      step: `${Math.max(Math.round(seconds(stepMs)), 1)}s`,
    });
    const result = objects(answer['series']).map((one) => ({
      metric: Object.fromEntries(
        objects(one['labels']).map((label) => [
          text(label, 'key'),
          String(Object.values(asObject(label['value']))[0] ?? ''),
        ]),
      ),
      values: objects(one['samples']).map((sample): [number, string] => [
        seconds(num(sample, 'timestampMs')),
        String(num(sample, 'value')),
      ]),
    }));
    return framesOfResult(
      { resultType: 'matrix', result },
      optionsOf(query, Math.floor(window.fromMs / stepMs) * stepMs),
    );
  }
  return [
    tempoSearchFrame(
      await ask<JsonObject>('/api/search', { q: query.query || '{}', ...range, limit: num(raw, 'limit', 20) }),
      query.refId,
    ),
  ];
}

async function jaegerFrames(query: PanelQuery, ask: Ask): Promise<Frame[]> {
  const { raw, window } = query;
  const type = text(raw, 'queryType');
  if (type === 'dependencyGraph')
    return dependencyFrames(
      await ask<Json>('/api/dependencies', { endTs: window.toMs, lookback: window.toMs - window.fromMs }),
      query.refId,
    );
  if (type !== 'search' && query.query)
    return [jaegerTraceFrame(await ask<JsonObject>(`/api/traces/${query.query.trim()}`), query.refId)];
  const params: Params = {
    service: text(raw, 'service'),
    operation: text(raw, 'operation') || undefined,
    tags: logfmtTags(text(raw, 'tags')),
    minDuration: text(raw, 'minDuration') || undefined,
    maxDuration: text(raw, 'maxDuration') || undefined,
    limit: num(raw, 'limit', 20),
    start: Math.floor(window.fromMs * 1000),
    end: Math.ceil(window.toMs * 1000),
  };
  return [jaegerSearchFrame(await ask<JsonObject>('/api/traces', params), query.refId)];
}

async function elasticFrames(query: PanelQuery, signal: AbortSignal): Promise<Frame[]> {
  const { raw, window, stepMs, source } = query;
  const metric = objects(raw['metrics'])[0] ?? {};
  const type = text(metric, 'type', 'count');
  const ppl = text(raw, 'queryType') === 'PPL' ? parsePpl(query.query) : null;
  if (ppl?.problem) throw new Error(ppl.problem);
  const timeField = ppl ? '@timestamp' : text(raw, 'timeField', '@timestamp');
  const filter = [
    { range: { [timeField]: { gte: window.fromMs, lte: window.toMs, format: 'epoch_millis' } } },
    { query_string: { query: ppl?.lucene ?? (query.query || '*'), analyze_wildcard: true } },
  ];
  const isDocuments = ppl !== null || type === 'logs' || type === 'raw_data' || type === 'raw_document';
  const body = {
    query: { bool: { filter } },
    size: isDocuments ? (ppl?.limit ?? num(asObject(metric['settings']), 'size', 500)) : 0,
    sort: [{ [timeField]: 'desc' }],
    ...(isDocuments
      ? {}
      : { aggs: { 2: { date_histogram: { field: timeField, fixed_interval: `${stepMs}ms`, min_doc_count: 0 } } } }),
  };
  const path = sourcePath(source as KnownSource, '/_all/_search');
  const response = await fetch(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json' },
    signal,
  });
  const answer = (await response.json()) as JsonObject;
  if (!response.ok) throw new Error(text(asObject(answer['error']), 'reason', `HTTP ${response.status}`));
  if (ppl && ppl.fields.length > 0) return [documentFrame(answer, query.refId, ppl.fields)];
  return isDocuments
    ? [elasticHitsFrame(answer, query.refId, type === 'logs')]
    : elasticHistogramFrames(answer, query.refId);
}

async function framesOf(query: PanelQuery, signal: AbortSignal): Promise<Frame[]> {
  const { source } = query;
  if (!source) throw new Error(query.problem ?? 'The data source does not exist.');
  const ask: Ask = (path, params = {}) => productTogether(sourcePath(source, path), params, signal);
  switch (query.family) {
    case 'prometheus':
      return prometheusFrames(query, ask);
    case 'loki':
      return lokiFrames(query, ask);
    case 'tempo':
      return tempoFrames(query, ask, signal);
    case 'jaeger':
    case 'zipkin':
      return jaegerFrames(query, ask);
    case 'elasticsearch':
      return elasticFrames(query, signal);
    case 'alertmanager':
      return [alertsFrame(await ask<JsonObject[]>('/api/v2/alerts'), query.refId)];
    case 'grafana':
    case 'dashboard':
      return [];
    default:
      throw new Error(`Queries of the data source type "${source.type}" are not understood.`);
  }
}

export interface Outcome {
  frames: Frame[];
  errors: { refId: string; message: string }[];
}

export async function runQueries(queries: readonly PanelQuery[], signal: AbortSignal): Promise<Outcome> {
  const known = new Map<string, Frame[]>();
  const errors: Outcome['errors'] = [];
  const fail = (refId: string, error: unknown): void => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    errors.push({ refId, message: error instanceof Error ? error.message : String(error) });
  };
  const plain = queries.filter((query) => query.family !== '__expr__');
  await Promise.all(
    plain.map(async (query) => {
      try {
        known.set(query.refId, await framesOf(query, signal));
      } catch (error) {
        fail(query.refId, error);
      }
    }),
  );
  for (const query of queries.filter((one) => one.family === '__expr__')) {
    try {
      known.set(query.refId, evaluateExpression(query.raw, query.refId, known));
    } catch (error) {
      fail(query.refId, error);
    }
  }
  const frames = queries.filter((query) => !flag(query.raw, 'hide')).flatMap((query) => known.get(query.refId) ?? []);
  if (frames.length === 0 && errors.length > 0 && errors.length === queries.length) throw new Error(errors[0]?.message);
  return { frames, errors };
}
