// SPDX-License-Identifier: Apache-2.0
// Making and changing the links of a dashboard as JSON.
import { text, texts, type JsonObject } from './json';

export type LinkType = 'link' | 'dashboards';

/** As Grafana names them. */
export const linkIcons = ['external link', 'dashboard', 'question', 'info', 'bolt', 'doc', 'cloud'] as const;
export type LinkIconName = (typeof linkIcons)[number];

export const linkTypeOf = (raw: JsonObject): LinkType => (text(raw, 'type') === 'dashboards' ? 'dashboards' : 'link');

export function newLink(type: LinkType): JsonObject {
  const isByTags = type === 'dashboards';
  return {
    type,
    title: isByTags ? 'Related dashboards' : 'New link',
    icon: 'external link',
    tooltip: '',
    url: '',
    tags: [],
    asDropdown: isByTags,
    includeVars: isByTags,
    keepTime: isByTags,
    targetBlank: false,
  };
}

const opened = /^(https?:|mailto:|\/(?!\/)|\?|#|\$)/i;

export function linkProblem(raw: JsonObject): string | null {
  if (linkTypeOf(raw) === 'dashboards') return null;
  const url = text(raw, 'url').trim();
  if (url === '') return 'A link needs an address.';
  return opened.test(url) ? null : 'An address begins with https://, http://, mailto:, / or a variable.';
}

/** Where a link leads, in one line for the list. */
export function linkSummary(raw: JsonObject): string {
  if (linkTypeOf(raw) === 'link') return text(raw, 'url');
  const tags = texts(raw['tags']);
  return tags.length === 0 ? 'all dashboards' : `dashboards tagged ${tags.join(' and ')}`;
}

/** "with time and variables, new tab". */
export function linkNotes(raw: JsonObject): string {
  const along = [raw['keepTime'] === true ? 'time' : '', raw['includeVars'] === true ? 'variables' : ''];
  const taken = along.filter((one) => one !== '').join(' and ');
  return [taken && `with ${taken}`, raw['targetBlank'] === true ? 'new tab' : '']
    .filter((one) => one !== '')
    .join(', ');
}
