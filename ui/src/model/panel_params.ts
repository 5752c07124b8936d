// SPDX-License-Identifier: Apache-2.0
// Query panels in the address, with the parameter names of the Prometheus UI (g0.expr, g0.tab, …),
// so that links from alerts and bookmarks open here, and links from here open there.
import { durationMs } from '@/base/brand';
import { formatDuration, parseDuration } from '@/base/duration';
import { parseDateTime } from '@/base/time_format';
import { defaultResolution, type Density, type Resolution } from './step';
import { between, lastOf, type TimeRange } from './time_range';
import { timestampMs } from '@/base/brand';

export type PanelTab = 'graph' | 'table';

export interface QueryPanelState {
  expr: string;
  tab: PanelTab;
  isStacked: boolean;
  hasExemplars: boolean;
  /** The band of what is usual at this hour of the week. */
  hasBand: boolean;
  resolution: Resolution;
}

export const emptyPanel: QueryPanelState = {
  expr: '',
  tab: 'graph',
  isStacked: false,
  hasExemplars: false,
  hasBand: false,
  resolution: defaultResolution,
};

const maxPanels = 40;
const isOn = (text: string | null): boolean => text === '1' || text === 'true';

function readTab(text: string | null, isForeign: boolean): PanelTab {
  if (text === '0' || text === 'graph') return 'graph';
  if (text === '1' || text === 'table' || text === 'explain') return 'table';
  // Prometheus shows the table when a link does not say.
  return isForeign ? 'table' : 'graph';
}

function readResolution(get: (name: string) => string | null): Resolution {
  const fixed = get('step_input') ?? (get('res_type') === 'auto' ? null : get('res_step'));
  const step = fixed === null ? null : parseDuration(fixed);
  if (step !== null) return { kind: 'fixed', step };
  const density = get('res_density');
  const isDensity = density === 'low' || density === 'medium' || density === 'high';
  return { kind: 'auto', density: isDensity ? (density as Density) : 'medium' };
}

/** The panels of an address; one empty panel when it names none. */
export function readPanels(params: URLSearchParams): QueryPanelState[] {
  const panels: QueryPanelState[] = [];
  for (let i = 0; i < maxPanels && params.has(`g${i}.expr`); i++) {
    const get = (name: string): string | null => params.get(`g${i}.${name}`);
    panels.push({
      expr: get('expr') ?? '',
      tab: readTab(get('tab'), get('range_input') !== null),
      isStacked: isOn(get('stacked')) || get('display_mode') === 'stacked',
      hasExemplars: isOn(get('show_exemplars')),
      hasBand: isOn(get('band')),
      resolution: readResolution(get),
    });
  }
  return panels.length > 0 ? panels : [emptyPanel];
}

/** Replaces all panels in the parameters and leaves the others alone. */
export function writePanels(params: URLSearchParams, panels: readonly QueryPanelState[]): void {
  for (const name of [...params.keys()]) if (/^g\d+\./.test(name)) params.delete(name);
  panels.forEach((panel, i) => {
    const set = (name: string, value: string): void => params.set(`g${i}.${name}`, value);
    set('expr', panel.expr);
    set('tab', panel.tab);
    if (panel.isStacked) set('stacked', '1');
    if (panel.hasExemplars) set('show_exemplars', '1');
    if (panel.hasBand) set('band', '1');
    if (panel.resolution.kind === 'fixed') set('step_input', formatDuration(panel.resolution.step));
    else if (panel.resolution.density !== 'medium') set('res_density', panel.resolution.density);
  });
}

/** The range of a Prometheus link: g0.range_input back from g0.end_input, which is in UTC. */
export function readForeignRange(params: URLSearchParams): TimeRange | null {
  const length = parseDuration(params.get('g0.range_input') ?? '');
  const end = params.get('g0.end_input') ?? params.get('g0.moment_input');
  const time = end === null ? null : parseDateTime(end, 'utc');
  if (time === null) return length === null ? null : lastOf(length);
  return between(timestampMs(time - (length ?? durationMs(3_600_000))), time);
}
