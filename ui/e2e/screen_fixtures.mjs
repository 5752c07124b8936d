// SPDX-License-Identifier: Apache-2.0
// What the pictures need beyond the server's own data: a dashboard with variables, transformations and
// annotations, a playlist of it, a snapshot, a saved view, a note of a deploy. Made before, taken away after.
const uid = 'screens-board';

export const foreignBoard = {
  title: 'Imported for the picture',
  schemaVersion: 14,
  __inputs: [{ name: 'DS_PROMETHEUS', type: 'datasource', pluginId: 'prometheus' }],
  rows: [
    {
      title: 'Row',
      panels: [
        {
          id: 1,
          type: 'graph',
          title: 'Up',
          span: 6,
          datasource: '${DS_PROMETHEUS}',
          targets: [{ refId: 'A', expr: 'up' }],
        },
        { id: 2, type: 'grafana-polystat-panel', title: 'Polystat', span: 6 },
      ],
    },
  ],
};

const prometheus = { type: 'prometheus', uid: 'prometheus' };
const board = {
  uid,
  title: 'Board of the pictures',
  tags: ['pictures'],
  schemaVersion: 39,
  time: { from: 'now-30m', to: 'now' },
  templating: {
    list: [
      {
        name: 'job',
        label: 'Job',
        type: 'query',
        datasource: prometheus,
        query: 'label_values(up, job)',
        refresh: 1,
        multi: true,
        includeAll: true,
      },
      { name: 'interval', type: 'interval', query: '1m,5m,15m' },
      { name: 'words', label: 'Words', type: 'textbox', query: 'up' },
    ],
  },
  annotations: {
    list: [
      {
        name: 'Restarts',
        enable: true,
        iconColor: 'orange',
        datasource: prometheus,
        expr: 'changes(process_start_time_seconds[5m]) > 0',
        titleFormat: '{{job}} restarted',
      },
    ],
  },
  panels: [
    {
      id: 1,
      type: 'timeseries',
      title: 'Samples of $job',
      datasource: prometheus,
      gridPos: { x: 0, y: 0, w: 12, h: 8 },
      targets: [{ refId: 'A', expr: 'scrape_samples_scraped{job=~"$job"}' }],
    },
    {
      id: 2,
      type: 'table',
      title: 'Scrapes',
      datasource: prometheus,
      gridPos: { x: 12, y: 0, w: 12, h: 8 },
      targets: [{ refId: 'A', expr: 'scrape_duration_seconds', instant: true, format: 'table' }],
      transformations: [
        {
          id: 'organize',
          options: { excludeByName: { Time: true, __name__: true }, renameByName: { Value: 'Seconds' } },
        },
        { id: 'sortBy', options: { sort: [{ field: 'Seconds', desc: true }] } },
      ],
    },
    {
      id: 3,
      type: 'timeseries',
      title: 'Nothing of that name',
      datasource: prometheus,
      gridPos: { x: 0, y: 8, w: 12, h: 8 },
      targets: [{ refId: 'A', expr: 'no_such_metric_at_all' }],
    },
    { id: 4, type: 'grafana-polystat-panel', title: 'Of a plug-in', gridPos: { x: 12, y: 8, w: 12, h: 8 } },
  ],
};

async function send(base, method, path, body) {
  const reply = await fetch(base + path, {
    method,
    headers: { 'Content-Type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text.slice(0, 200)}`);
  return JSON.parse(text);
}

/** Names and ids for screen_list, and how to take all of it away. */
export async function makeFixtures(base) {
  const post = (path, body) => send(base, 'POST', path, body);
  await post('/api/dashboards/db', { dashboard: board, overwrite: true, message: 'first' });
  await post('/api/dashboards/db', {
    dashboard: { ...board, tags: ['pictures', 'second'] },
    overwrite: true,
    message: 'a tag more',
  });
  const playlist = await post('/api/playlists', {
    name: 'Wall screen',
    interval: '5m',
    items: [{ type: 'dashboard_by_uid', value: uid }],
  });
  const snapshot = await post('/api/snapshots', {
    dashboard: { ...board, uid: undefined },
    name: 'Snapshot of the board',
  });
  const view = await post('/api/signalbox/v1/views', {
    name: 'Slow requests',
    path: '/traces?min=1s&from=now-1h&to=now',
  });
  const note = await post('/api/annotations', {
    text: 'version 1.6',
    tags: ['deploy', 'service:api'],
    time: Date.now() - 600_000,
  });
  const drop = (path) => send(base, 'DELETE', path).catch((error) => console.log(String(error)));
  return {
    names: { own: uid, playlist: playlist.uid, snapshot: snapshot.key },
    async remove() {
      await drop(`/api/dashboards/uid/${uid}`);
      await drop(`/api/playlists/${playlist.uid}`);
      await drop(`/api/snapshots/${snapshot.key}`);
      await drop(`/api/signalbox/v1/views/${view.uid}`);
      await drop(`/api/annotations/${note.id}`);
    },
  };
}
