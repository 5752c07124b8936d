// SPDX-License-Identifier: Apache-2.0
// Links of values: the first data link of the field, with the value and its labels filled in.
import { objects, text } from '@/model/dashboard/json';
import type { Field, Value } from '@/model/dashboard/frame';
import { interpolate, type Scope } from '@/model/dashboard/interpolate';
import type { ValueItem } from '@/model/dashboard/view_values';

/** Only what a browser opens as a page; a script in a dashboard must not run. */
export function safeHref(url: string): string | null {
  const trimmed = url.trim();
  return /^(https?:|mailto:|\/(?!\/)|\?|#)/i.test(trimmed) ? trimmed : null;
}

export function linkOf(
  field: Field,
  value: Value,
  shown: string,
  scope: Scope,
  row?: (name: string) => string,
): string | null {
  const link = objects(field.config['links'])[0];
  if (!link) return null;
  const paths = (path: string): string | undefined => {
    if (path === '__value.raw' || path === '__value' || path === '__value.numeric') return String(value ?? '');
    if (path === '__value.text') return shown;
    if (path === '__series.name' || path === '__field.name') return field.displayName ?? field.name;
    const label = /^__(?:field|series)\.labels\.(.+)$/.exec(path);
    if (label) return field.labels[label[1] ?? ''] ?? '';
    const data = /^__data\.fields(?:\.|\[["']?)(.+?)["']?\]?$/.exec(path);
    return data ? (row?.(data[1] ?? '') ?? '') : path === '__url_time_range' ? '' : undefined;
  };
  return safeHref(interpolate(text(link, 'url'), { ...scope, paths }));
}

export const fieldLink = (item: ValueItem, scope: Scope): string | null =>
  linkOf(item.field, item.shown.value, item.text, scope);
