// SPDX-License-Identifier: Apache-2.0
// Dashboards, folders and data sources: the Grafana API on port 3000.
import { queryOptions } from '@tanstack/react-query';
import { product, sendJson } from './http';

export type JsonBody = Record<string, unknown>;

export interface SearchHit {
  id: number;
  uid: string;
  title: string;
  url: string;
  type: 'dash-db' | 'dash-folder';
  tags: string[];
  folderUid?: string;
  folderTitle?: string;
}

export interface DashboardMeta {
  canSave: boolean;
  canDelete: boolean;
  provisioned: boolean;
  provisionedExternalId: string;
  folderUid: string;
  folderTitle: string;
  version: number;
  updated: string;
  updatedBy: string;
  url: string;
}

export interface StoredDashboard {
  meta: DashboardMeta;
  dashboard: JsonBody;
}

export interface DashboardVersion {
  version: number;
  created: string;
  createdBy: string;
  message: string;
}

export interface Saved {
  uid: string;
  url: string;
  version: number;
}

export interface StoredAnnotation {
  id: number;
  dashboardUID: string;
  panelId: number;
  time: number;
  timeEnd: number;
  text: string;
  tags: string[];
}

export const searchQuery = () =>
  queryOptions({
    queryKey: ['dashboards', 'search'],
    queryFn: ({ signal }) => product<SearchHit[]>('/api/search', { limit: 5000 }, signal),
    staleTime: 10_000,
    retry: 1,
  });

export const dashboardQuery = (uid: string) =>
  queryOptions({
    queryKey: ['dashboards', 'uid', uid],
    queryFn: ({ signal }) => product<StoredDashboard>(`/api/dashboards/uid/${encodeURIComponent(uid)}`, {}, signal),
    enabled: uid !== '',
    staleTime: Infinity,
    retry: false,
  });

export const snapshotQuery = (key: string) =>
  queryOptions({
    queryKey: ['dashboards', 'snapshot', key],
    queryFn: ({ signal }) => product<StoredDashboard>(`/api/snapshots/${encodeURIComponent(key)}`, {}, signal),
    enabled: key !== '',
    staleTime: Infinity,
    retry: false,
  });

export const versionsQuery = (uid: string) =>
  queryOptions({
    queryKey: ['dashboards', 'versions', uid],
    queryFn: ({ signal }) =>
      product<{ versions: DashboardVersion[] }>(`/api/dashboards/uid/${encodeURIComponent(uid)}/versions`, {}, signal),
    retry: 1,
  });

export async function versionData(uid: string, version: number): Promise<JsonBody> {
  const path = `/api/dashboards/uid/${encodeURIComponent(uid)}/versions/${version}`;
  return (await product<{ data: JsonBody }>(path)).data;
}

export const sourcesQuery = () =>
  queryOptions({
    queryKey: ['datasources'],
    queryFn: ({ signal }) => product<JsonBody[]>('/api/datasources', {}, signal),
    staleTime: 60_000,
    retry: 1,
  });

export const libraryQuery = (uid: string) =>
  queryOptions({
    queryKey: ['library', uid],
    queryFn: ({ signal }) =>
      product<{ result: { model: JsonBody } }>(`/api/library-elements/${encodeURIComponent(uid)}`, {}, signal),
    enabled: uid !== '',
    staleTime: 60_000,
    retry: false,
  });

export interface NotesWanted {
  tags: readonly string[];
  /** One of the tags is enough. */
  isAnyTag: boolean;
  limit: number;
}

const allNotes: NotesWanted = { tags: [], isAnyTag: false, limit: 500 };

export const annotationsQuery = (from: number, to: number, wanted = allNotes) =>
  queryOptions({
    queryKey: ['annotations', from, to, wanted],
    queryFn: ({ signal }) => {
      const tags = wanted.tags.length > 0 ? { tags: wanted.tags, matchAny: wanted.isAnyTag } : {};
      return product<StoredAnnotation[]>('/api/annotations', { from, to, limit: wanted.limit, ...tags }, signal);
    },
    retry: false,
  });

export interface SaveRequest {
  dashboard: JsonBody;
  folderUid: string;
  message: string;
  overwrite: boolean;
}

export const saveDashboard = (request: SaveRequest): Promise<Saved> =>
  sendJson<Saved>('POST', '/api/dashboards/db', request);
export const deleteDashboard = (uid: string): Promise<unknown> =>
  sendJson('DELETE', `/api/dashboards/uid/${encodeURIComponent(uid)}`);
export const restoreVersion = (uid: string, version: number): Promise<Saved> =>
  sendJson<Saved>('POST', `/api/dashboards/uid/${encodeURIComponent(uid)}/restore`, { version });
export const createFolder = (title: string): Promise<{ uid: string }> =>
  sendJson<{ uid: string }>('POST', '/api/folders', { title });
export const createSnapshot = (dashboard: JsonBody, name: string): Promise<{ url: string }> =>
  sendJson<{ url: string }>('POST', '/api/snapshots', { dashboard, name });

export interface NewAnnotation {
  dashboardUID?: string;
  panelId?: number;
  time: number;
  timeEnd: number;
  text: string;
  tags: string[];
}

export const saveAnnotation = (annotation: NewAnnotation): Promise<unknown> =>
  sendJson('POST', '/api/annotations', annotation);

export interface PlaylistItem {
  /** The value is a uid, a tag or, of old playlists, the number of a dashboard. */
  type: 'dashboard_by_uid' | 'dashboard_by_tag' | 'dashboard_by_id';
  value: string;
}

export interface Playlist {
  uid: string;
  name: string;
  /** How long each dashboard stays: "30s", "5m". */
  interval: string;
  items?: PlaylistItem[];
}

export const playlistsQuery = () =>
  queryOptions({
    queryKey: ['playlists'],
    queryFn: ({ signal }) => product<Playlist[]>('/api/playlists', {}, signal),
    retry: 1,
  });

export const playlistQuery = (uid: string) =>
  queryOptions({
    queryKey: ['playlists', uid],
    queryFn: ({ signal }) => product<Playlist>(`/api/playlists/${encodeURIComponent(uid)}`, {}, signal),
    retry: false,
  });

export const savePlaylist = (playlist: Omit<Playlist, 'uid'>): Promise<Playlist> =>
  sendJson<Playlist>('POST', '/api/playlists', playlist);
export const deletePlaylist = (uid: string): Promise<unknown> =>
  sendJson('DELETE', `/api/playlists/${encodeURIComponent(uid)}`);
