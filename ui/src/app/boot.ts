// SPDX-License-Identifier: Apache-2.0
// The first module of the page, kept tiny: sends the requests that the first view will need and brings
// the page's code while the application itself is still being loaded and compiled.
import { asProtobuf, beginEarly, touchStorage, tracePath } from '@/base/early';

beginEarly('/api/signalbox/v1/status');
const uid = /^\/d\/([^/]+)/.exec(window.location.pathname)?.[1];
if (uid !== undefined) {
  beginEarly(`/api/dashboards/uid/${encodeURIComponent(decodeURIComponent(uid))}`);
  beginEarly('/api/datasources');
  void import('@/features/dashboards/dashboard_page').catch(() => undefined);
}
const trace = /^\/trace\/([0-9a-f]{1,32})\/?$/i.exec(window.location.pathname)?.[1];
if (trace !== undefined) {
  beginEarly(tracePath(trace.toLowerCase().padStart(32, '0')), asProtobuf);
  void import('@/features/traces/trace_page').catch(() => undefined);
}
void import('./main');
touchStorage();
