// SPDX-License-Identifier: Apache-2.0
// A dashboard as a PDF, or one of its panels as SVG: what the server's renderer is asked for.
import type { QueryClient } from '@tanstack/react-query';
import { ApiError } from '@/api/http';
import { timestampMs } from '@/base/brand';
import { identity, type Mark } from '@/base/drawing/drawing';
import { encodeText } from '@/base/drawing/pdf_text';
import { PdfWriter, type Deflate } from '@/base/drawing/pdf_writer';
import { RecordingContext } from '@/base/drawing/recording_context';
import { formatDateTime, type Zone } from '@/base/time_format';
import { interpolate, valuesOf } from '@/model/dashboard/interpolate';
import { narrowed } from '@/model/dashboard/layout';
import type { Row } from '@/model/dashboard/types';
import type { Theme } from '@/widgets/preferences';
import { drawPanel } from './draw_panel';
import { loadDashboard, loadPanel, type LoadedDashboard } from './load_dashboard';
import { placeRows, type Placed } from './page_layout';
import { panelSvg } from './panel_svg';
import { Pen } from './pen';

export interface PrintJob {
  format: 'pdf' | 'svg';
  uid: string;
  /** The query of the address: from, to, var-…, theme, tz, paper, orientation, rows, panelId, width, height. */
  query: string;
  nowMs: number;
}

export interface PrintHost {
  client: QueryClient;
  deflate: Deflate | null;
}

const papers: Record<string, { width: number; height: number }> = {
  a4: { width: 595, height: 842 },
  a3: { width: 842, height: 1191 },
  letter: { width: 612, height: 792 },
};
const margin = 36;
const headHeight = 64;
const footHeight = 22;
const panelsMax = 600;
const atOnce = 6;

function choice<T extends string>(params: URLSearchParams, name: string, choices: readonly T[], fallback: T): T {
  const written = (params.get(name) ?? fallback).toLowerCase();
  const found = choices.find((one) => one === written);
  if (found === undefined) {
    throw new ApiError(`The parameter ${name} is one of ${choices.join(', ')}: ${written}`, 'bad_data', 400);
  }
  return found;
}

function size(params: URLSearchParams, name: string, fallback: number): number {
  const written = params.get(name);
  const value = written === null ? fallback : Number(written);
  if (!(value >= 80 && value <= 4000)) {
    throw new ApiError(`The parameter ${name} is a number of pixels from 80 to 4000: ${written}`, 'bad_data', 400);
  }
  return Math.round(value);
}

interface Look {
  theme: Theme;
  zone: Zone;
}

/** UTC, or the zone of the process, which its environment names as the request does. */
function zoneOf(params: URLSearchParams): Zone {
  const written = params.get('tz') ?? params.get('timezone') ?? 'utc';
  if (/^(utc|etc\/utc|)$/i.test(written)) return 'utc';
  if (written === 'browser') return 'local';
  try {
    new Intl.DateTimeFormat('en', { timeZone: written });
  } catch {
    throw new ApiError(`The parameter tz is no time zone (such as utc or Europe/Berlin): ${written}`, 'bad_data', 400);
  }
  return 'local';
}

const lookOf = (params: URLSearchParams): Look => ({
  theme: choice(params, 'theme', ['light', 'dark'], 'light'),
  zone: zoneOf(params),
});

/** All at once would be more queries than the server lets one caller run. */
async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) await work(items[next++] as T);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}

function rangeText({ window }: LoadedDashboard, zone: Zone, params: URLSearchParams): string {
  const name = zone === 'utc' ? 'UTC' : (params.get('tz') ?? params.get('timezone') ?? '');
  const [from, to] = [formatDateTime(timestampMs(window.fromMs), zone), formatDateTime(timestampMs(window.toMs), zone)];
  return `${from} to ${from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : to} ${name}`;
}

function variablesText({ bound }: LoadedDashboard): string {
  return [...bound.values()]
    .filter(({ variable }) => variable.hide !== 'variable' && variable.type !== 'constant')
    .map((one) => {
      const values = valuesOf(one).values;
      const isAll = one.value.includes('$__all') || (values.length > 3 && values.length === one.options.length);
      const shown = isAll
        ? 'All'
        : values.slice(0, 4).join(', ') + (values.length > 4 ? ` and ${values.length - 4} more` : '');
      return `${one.variable.label || one.variable.name}: ${shown || '–'}`;
    })
    .join('   ');
}

function drawHead(pen: Pen, loaded: LoadedDashboard, range: string, width: number): void {
  const { dashboard, folder, notes } = loaded;
  const room = pen.widthOf(range) + 20;
  const used = pen.text(dashboard.title, 0, 12, { size: 20, isBold: true, width: width - room - 120 });
  pen.text(folder, used + 10, 15, { size: 12, color: 'var(--text-3)', width: 110 });
  pen.text(range, width, 14, { align: 'right', color: 'var(--text-2)' });
  pen.text(variablesText(loaded), 0, 36, { size: 12, color: 'var(--text-2)', width });
  if (notes.length > 0) pen.text(notes.join('  '), 0, 52, { size: 11, color: 'var(--bad)', width });
}

function drawRow(pen: Pen, loaded: LoadedDashboard, row: Row, placed: Placed, isUnfolded: boolean): void {
  const { bound, scope } = loaded;
  const variables = new Map(scope.variables);
  for (const [name, value] of Object.entries(row.scope)) {
    const known = bound.get(name);
    if (known) variables.set(name, narrowed(known, value));
  }
  const { x, y, width, height } = placed.box;
  const title = interpolate(row.title, { ...scope, variables }, 'title') || 'Row';
  const used = pen.text(title, x + 2, y + height / 2, { isBold: true, size: 14, width: width - 160 });
  const isFolded = row.isCollapsed && !isUnfolded && row.panels.length > 0;
  if (isFolded) {
    const count = `${row.panels.length} ${row.panels.length === 1 ? 'panel' : 'panels'}, folded`;
    pen.text(count, x + used + 12, y + height / 2, { size: 12, color: 'var(--text-3)' });
  }
  pen.line(x, y + height - 4, x + width - 8, y + height - 4, 'var(--border)');
}

async function printPdf(job: PrintJob, params: URLSearchParams, look: Look, host: PrintHost): Promise<Uint8Array> {
  const paper = papers[choice(params, 'paper', ['a4', 'a3', 'letter'], 'a4')] as { width: number; height: number };
  const isLandscape = choice(params, 'orientation', ['landscape', 'portrait'], 'landscape') === 'landscape';
  const isUnfolded = choice(params, 'rows', ['open', 'saved'], 'saved') === 'open';
  const [width, height] = isLandscape ? [paper.height, paper.width] : [paper.width, paper.height];
  const inner = isLandscape ? 1248 : 960;
  const page = { width: inner + 2 * margin, height: ((inner + 2 * margin) * height) / width };
  const room = page.height - 2 * margin - footHeight;
  const loaded = await loadDashboard(host.client, job.uid, params, job.nowMs, look.theme);
  const space = { width: inner, firstHeight: room - headHeight, height: room };
  const { placed, pages } = placeRows(loaded.rows, space, isUnfolded);
  const panels = placed.filter((one) => one.kind === 'panel');
  const range = rangeText(loaded, look.zone, params);
  const marks: Mark[][] = Array.from({ length: pages }, () => []);
  const tops = (index: number): number => margin + (index === 0 ? headHeight : 0);
  const onPage = (index: number, x: number, y: number, draw: (pen: Pen) => void): void => {
    const ctx = new RecordingContext(identity);
    ctx.translate(x, y);
    draw(new Pen(ctx, look.theme));
    marks[index]?.push(...ctx.finish());
  };
  for (let i = 0; i < pages; i++) {
    onPage(i, 0, 0, (pen) => pen.box({ x: 0, y: 0, ...page }, look.theme === 'dark' ? 'var(--bg)' : '#ffffff'));
  }
  onPage(0, margin, margin, (pen) => drawHead(pen, loaded, range, inner));
  if (panels.length === 0 && loaded.rows.every((row) => !row.hasHeader)) {
    onPage(0, margin, margin + headHeight, (pen) => pen.text('Nothing is on this dashboard yet.', 0, 20));
  }
  for (const one of placed) {
    if (one.kind === 'row') {
      onPage(one.page, margin, tops(one.page), (pen) => drawRow(pen, loaded, one.row, one, isUnfolded));
    }
  }
  const pictures = new Map<Placed, readonly Mark[]>();
  await inParallel(panels.slice(0, panelsMax), async (one) => {
    if (one.kind !== 'panel') return;
    const { panel, box } = one;
    const data = await loadPanel(loaded, panel, box.width);
    const place = { ...box, x: box.x + margin, y: box.y + tops(one.page) };
    pictures.set(one, await drawPanel({ panel, data, marks: loaded.marks, ...look, client: host.client }, place));
  });
  for (const one of panels) marks[one.page]?.push(...(pictures.get(one) ?? []));
  const pdf = new PdfWriter({ title: loaded.dashboard.title, created: new Date(job.nowMs) }, host.deflate);
  const left = Math.max(panels.length - panelsMax, 0);
  const hasLost = marks.flat().some((mark) => mark.kind === 'text' && encodeText(mark.text).missing > 0);
  marks.forEach((own, i) => {
    onPage(i, margin, page.height - margin - 4, (pen) => {
      const small = { size: 11, color: 'var(--text-3)' };
      const rest = left > 0 ? `   ${left} panels are not drawn: at most ${panelsMax} are` : '';
      const lost = hasLost ? `   “?” stands for letters that the fonts of a PDF do not have` : '';
      pen.text(`${loaded.dashboard.title}   ${range}${rest}${lost}`, 0, 0, { ...small, width: inner - 90 });
      pen.text(`${i + 1} of ${pages}`, inner, 0, { ...small, align: 'right' });
    });
    pdf.addPage({ ...page, marks: own }, { width, height });
  });
  return pdf.finish();
}

async function printSvg(job: PrintJob, params: URLSearchParams, look: Look, host: PrintHost): Promise<string> {
  const [width, height] = [size(params, 'width', 1000), size(params, 'height', 500)];
  const wanted = (params.get('panelId') ?? params.get('viewPanel') ?? '').replace(/^panel-/, '');
  const loaded = await loadDashboard(host.client, job.uid, params, job.nowMs, look.theme);
  const panel = loaded.rows.flatMap((row) => row.panels).find((one) => String(one.id) === wanted);
  if (!panel) {
    throw new ApiError(`The dashboard ${job.uid} has no panel with the panelId "${wanted}".`, 'not_found', 404);
  }
  const data = await loadPanel(loaded, panel, width);
  return panelSvg({ panel, data, marks: loaded.marks, ...look, client: host.client }, width, height);
}

export async function print(job: PrintJob, host: PrintHost): Promise<Uint8Array | string> {
  const params = new URLSearchParams(job.query);
  const look = lookOf(params);
  return job.format === 'pdf' ? printPdf(job, params, look, host) : printSvg(job, params, look, host);
}
