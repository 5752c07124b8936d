// SPDX-License-Identifier: Apache-2.0
// Answers of Tempo, Jaeger, Elasticsearch and Alertmanager as frames.
import { field, frame, type Frame } from './frame';
import { asObject, isObject, num, objects, text, type Json, type JsonObject } from './json';

/** Traces found by a search: one row each. */
export function tempoSearchFrame(answer: JsonObject, refId: string): Frame {
  const traces = objects(answer['traces']);
  return frame(
    refId,
    [
      field(
        'traceID',
        'string',
        traces.map((one) => text(one, 'traceID')),
      ),
      field(
        'Start time',
        'time',
        traces.map((one) => Math.round(num(one, 'startTimeUnixNano') / 1e6)),
      ),
      field(
        'Service',
        'string',
        traces.map((one) => text(one, 'rootServiceName')),
      ),
      field(
        'Name',
        'string',
        traces.map((one) => text(one, 'rootTraceName')),
      ),
      {
        ...field(
          'Duration',
          'number',
          traces.map((one) => num(one, 'durationMs')),
        ),
        config: { unit: 'ms' },
      },
    ],
    'table',
  );
}

interface Span {
  id: string;
  parent: string;
  service: string;
  name: string;
  startMs: number;
  durationMs: number;
}

export function spanFrame(spans: readonly Span[], refId: string): Frame {
  return frame(
    refId,
    [
      field(
        'spanID',
        'string',
        spans.map((one) => one.id),
      ),
      field(
        'parentSpanID',
        'string',
        spans.map((one) => one.parent),
      ),
      field(
        'serviceName',
        'string',
        spans.map((one) => one.service),
      ),
      field(
        'operationName',
        'string',
        spans.map((one) => one.name),
      ),
      field(
        'startTime',
        'time',
        spans.map((one) => one.startMs),
      ),
      {
        ...field(
          'duration',
          'number',
          spans.map((one) => one.durationMs),
        ),
        config: { unit: 'ms' },
      },
    ],
    'trace',
  );
}

function jaegerSpans(trace: JsonObject): Span[] {
  const processes = asObject(trace['processes']);
  return objects(trace['spans']).map((one) => ({
    id: text(one, 'spanID'),
    parent: text(objects(one['references'])[0] ?? {}, 'spanID'),
    service: text(asObject(processes[text(one, 'processID')]), 'serviceName'),
    name: text(one, 'operationName'),
    startMs: num(one, 'startTime') / 1000,
    durationMs: num(one, 'duration') / 1000,
  }));
}

export function jaegerTraceFrame(answer: JsonObject, refId: string): Frame {
  return spanFrame(objects(answer['data']).flatMap(jaegerSpans), refId);
}

export function jaegerSearchFrame(answer: JsonObject, refId: string): Frame {
  const traces = objects(answer['data']).map((trace) => {
    const spans = jaegerSpans(trace);
    const first = spans.find((one) => one.parent === '') ?? spans[0];
    const start = Math.min(...spans.map((one) => one.startMs));
    const end = Math.max(...spans.map((one) => one.startMs + one.durationMs));
    return {
      id: text(trace, 'traceID'),
      name: first ? `${first.service}: ${first.name}` : '',
      start,
      duration: end - start,
    };
  });
  return frame(
    refId,
    [
      field(
        'Trace ID',
        'string',
        traces.map((one) => one.id),
      ),
      field(
        'Trace name',
        'string',
        traces.map((one) => one.name),
      ),
      field(
        'Start time',
        'time',
        traces.map((one) => one.start),
      ),
      {
        ...field(
          'Duration',
          'number',
          traces.map((one) => one.duration),
        ),
        config: { unit: 'ms' },
      },
    ],
    'table',
  );
}

/** Who calls whom, as nodes and edges. */
export function dependencyFrames(answer: Json, refId: string): Frame[] {
  const links = objects(isObject(answer) ? answer['data'] : answer);
  const names = [...new Set(links.flatMap((one) => [text(one, 'parent'), text(one, 'child')]))];
  return [
    frame(refId, [field('id', 'string', names), field('title', 'string', names)], 'nodes', 'nodes'),
    frame(
      refId,
      [
        field(
          'id',
          'string',
          links.map((_, i) => String(i)),
        ),
        field(
          'source',
          'string',
          links.map((one) => text(one, 'parent')),
        ),
        field(
          'target',
          'string',
          links.map((one) => text(one, 'child')),
        ),
        field(
          'mainstat',
          'number',
          links.map((one) => num(one, 'callCount')),
        ),
      ],
      'edges',
      'edges',
    ),
  ];
}

/** Documents of a search: one row each, the columns that they have. */
export function elasticHitsFrame(answer: JsonObject, refId: string, isLogs: boolean): Frame {
  const hits = objects(asObject(answer['hits'])['hits']).map((hit) => asObject(hit['_source']));
  const timeOf = (doc: JsonObject): number =>
    Date.parse(text(doc, '@timestamp') || text(doc, 'observedTimestamp')) || 0;
  if (isLogs) {
    return frame(
      refId,
      [
        field('Time', 'time', hits.map(timeOf)),
        field(
          'Line',
          'string',
          hits.map((doc) => text(doc, 'message') || text(doc, 'body') || JSON.stringify(doc)),
        ),
        field(
          'labels',
          'other',
          hits.map((doc) => JSON.stringify(doc)),
        ),
      ],
      'logs',
    );
  }
  const names = [...new Set(hits.flatMap((doc) => Object.keys(doc)))].slice(0, 60);
  const columns = names.map((name) =>
    field(
      name,
      'string',
      hits.map((doc) => (typeof doc[name] === 'object' ? JSON.stringify(doc[name]) : text(doc, name))),
    ),
  );
  return frame(refId, columns, 'table');
}

function bucketsOf(aggregation: JsonObject): JsonObject[] {
  const nested = Object.values(aggregation).find((value) => isObject(value) && Array.isArray(value['buckets']));
  return isObject(nested) ? objects(nested['buckets']) : [];
}

/** Documents with the columns that a query names; the time of an event in the first column of times. */
export function documentFrame(
  answer: JsonObject,
  refId: string,
  fields: readonly { name: string; source: string }[],
): Frame {
  const hits = objects(asObject(answer['hits'])['hits']).map((hit) => asObject(hit['_source']));
  const columns = fields.map(({ name, source }) =>
    /timestamp$/i.test(source)
      ? field(
          name,
          'time',
          hits.map((doc) => Date.parse(text(doc, source) || text(doc, '@timestamp')) || 0),
        )
      : field(
          name,
          'string',
          hits.map((doc) => text(doc, source)),
        ),
  );
  return frame(refId, columns, 'table');
}

/** Jaeger wants tags as JSON; people write logfmt. */
export function logfmtTags(written: string): string | undefined {
  const trimmed = written.trim();
  if (trimmed === '' || trimmed.startsWith('{')) return trimmed || undefined;
  const pairs = [...trimmed.matchAll(/([^\s=]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g)];
  return JSON.stringify(Object.fromEntries(pairs.map((one) => [one[1], one[2] ?? one[3] ?? ''])));
}

/** A date histogram, alone or below terms: a series each. */
export function elasticHistogramFrames(answer: JsonObject, refId: string): Frame[] {
  const outer = bucketsOf(asObject(answer['aggregations']));
  const series = (name: string, buckets: readonly JsonObject[]): Frame => {
    const value = (bucket: JsonObject): number => {
      const metric = Object.values(bucket).find((one) => isObject(one) && typeof one['value'] === 'number');
      return isObject(metric) ? num(metric, 'value') : num(bucket, 'doc_count');
    };
    const times = buckets.map((bucket) => num(bucket, 'key'));
    return frame(
      refId,
      [field('Time', 'time', times), { ...field('Value', 'number', buckets.map(value)), displayName: name }],
      'series',
      name,
    );
  };
  const isNested = outer.some((bucket) => bucketsOf(bucket).length > 0);
  if (!isNested) return outer.length === 0 ? [] : [series('Count', outer)];
  return outer.map((bucket) => series(text(bucket, 'key'), bucketsOf(bucket)));
}

export function alertsFrame(alerts: readonly JsonObject[], refId: string): Frame {
  const label = (one: JsonObject, name: string): string => text(asObject(one['labels']), name);
  return frame(
    refId,
    [
      field(
        'Time',
        'time',
        alerts.map((one) => Date.parse(text(one, 'startsAt')) || null),
      ),
      field(
        'Alert',
        'string',
        alerts.map((one) => label(one, 'alertname')),
      ),
      field(
        'Severity',
        'string',
        alerts.map((one) => label(one, 'severity')),
      ),
      field(
        'State',
        'string',
        alerts.map((one) => text(asObject(one['status']), 'state')),
      ),
      field(
        'Summary',
        'string',
        alerts.map((one) => text(asObject(one['annotations']), 'summary')),
      ),
    ],
    'table',
  );
}
