// SPDX-License-Identifier: Apache-2.0
// Saved views: pages with all that their addresses say, under names that everybody sees.
import { queryOptions } from '@tanstack/react-query';
import { product, sendJson } from './http';

const root = '/api/signalbox/v1/views';

export interface SavedView {
  uid: string;
  name: string;
  /** An address of this UI: "/logs?query=…". */
  path: string;
}

export const viewsQuery = () =>
  queryOptions({
    queryKey: ['views'],
    queryFn: ({ signal }) => product<SavedView[]>(root, {}, signal),
    staleTime: 30_000,
    retry: 1,
  });

export const saveView = (view: Omit<SavedView, 'uid'>): Promise<SavedView> => sendJson('POST', root, view);

export const replaceView = ({ uid, name, path }: SavedView): Promise<SavedView> =>
  sendJson('PUT', `${root}/${encodeURIComponent(uid)}`, { name, path });

export const deleteView = (uid: string): Promise<unknown> => sendJson('DELETE', `${root}/${encodeURIComponent(uid)}`);
