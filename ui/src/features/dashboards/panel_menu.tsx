// SPDX-License-Identifier: Apache-2.0
import { Compass, Copy, Download, EllipsisVertical, Flag, Image, Link2, Maximize2, Pencil, Trash2 } from 'lucide-react';
import type { RefObject } from 'react';
import { useLocation } from 'wouter';
import { copyText } from '@/base/clipboard';
import { framesCsv } from '@/model/dashboard/export_dashboard';
import { interpolate } from '@/model/dashboard/interpolate';
import type { Panel } from '@/model/dashboard/types';
import { IconButton } from '@/widgets/button';
import { Menu, type MenuItem } from '@/widgets/menu';
import { useDashboard } from './dashboard_context';
import { download, savePicture } from './download';
import { safeHref } from './panels/value_link';
import type { PanelData } from './use_panel_data';

interface PanelMenuProps {
  panel: Panel;
  title: string;
  data: PanelData;
  root: RefObject<HTMLElement | null>;
}

export function PanelMenu({ panel, title, data, root }: PanelMenuProps) {
  const page = useDashboard();
  const [, navigate] = useLocation();
  const name = title || `panel ${panel.id}`;
  const metrics = data.queries.filter((query) => query.family === 'prometheus');
  const logs = data.queries.find((query) => query.family === 'loki');
  const explore = (): void => {
    const range = { from: String(Math.round(data.window.fromMs)), to: String(Math.round(data.window.toMs)) };
    if (metrics.length === 0 && logs)
      return navigate(`/logs?${new URLSearchParams({ ...range, q: logs.query, query: logs.query }).toString()}`);
    const params = new URLSearchParams(range);
    metrics.forEach((query, i) => {
      params.set(`g${i}.expr`, query.query);
      params.set(`g${i}.tab`, 'graph');
    });
    navigate(`/explore?${params.toString()}`);
  };
  const link = (): string => {
    const url = new URL(window.location.href);
    url.searchParams.set('viewPanel', String(panel.id));
    return url.toString();
  };
  const links = panel.links.flatMap((one): MenuItem[] => {
    const href = safeHref(interpolate(one.url, data.scope));
    return href
      ? [
          {
            label: interpolate(one.title, data.scope),
            icon: <Link2 />,
            onSelect: () => void window.open(href, one.isNewTab ? '_blank' : '_self', 'noreferrer'),
          },
        ]
      : [];
  });
  const items: MenuItem[] = [
    { label: 'View', icon: <Maximize2 />, onSelect: () => page.onView(panel.id) },
    { label: 'Edit', icon: <Pencil />, onSelect: () => page.onEdit(panel.id) },
    { label: 'Explore', icon: <Compass />, isDisabled: metrics.length === 0 && !logs, onSelect: explore },
    ...links,
    ...(panel.type === 'timeseries'
      ? [{ label: 'Annotate', icon: <Flag />, onSelect: () => page.onAnnotate(panel.id) }]
      : []),
    { label: 'Copy link', icon: <Link2 />, onSelect: () => void copyText(link()) },
    {
      label: 'Download CSV',
      icon: <Download />,
      isDisabled: data.frames.length === 0,
      onSelect: () => download(`${name}.csv`, framesCsv(data.frames), 'text/csv'),
    },
    { label: 'Download picture', icon: <Image />, onSelect: () => void savePicture(root.current, name) },
    { label: 'Copy JSON', icon: <Copy />, onSelect: () => void copyText(JSON.stringify(panel.raw, null, 2)) },
    ...(page.isEditing
      ? [
          { label: 'Duplicate', icon: <Copy />, onSelect: () => page.onDuplicate(panel.id) },
          { label: 'Remove', icon: <Trash2 />, onSelect: () => page.onRemove(panel.id) },
        ]
      : []),
  ];
  return (
    <Menu
      items={items}
      trigger={
        <IconButton label={`Menu of ${name}`} data-menu>
          <EllipsisVertical />
        </IconButton>
      }
    />
  );
}
