// SPDX-License-Identifier: Apache-2.0
import { Compass, Copy, Download, EllipsisVertical, Flag, Image, Link2, Maximize2, Pencil, Trash2 } from 'lucide-react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type RefObject } from 'react';
import { useLocation } from 'wouter';
import { copyText } from '@/base/clipboard';
import { framesCsv } from '@/model/dashboard/export_dashboard';
import { interpolate } from '@/model/dashboard/interpolate';
import type { Panel } from '@/model/dashboard/types';
import { Button, IconButton } from '@/widgets/button';
import { Menu, type MenuItem } from '@/widgets/menu';
import { usePreferences } from '@/widgets/preferences';
import { useDashboard } from './dashboard_context';
import { download, savePicture, saveSvg } from './download';
import { safeHref } from './panels/value_link';
import type { PanelData } from './use_panel_data';
import buttonStyles from '@/widgets/button.module.css';

interface PanelMenuProps {
  panel: Panel;
  title: string;
  data: PanelData;
  root: RefObject<HTMLElement | null>;
}

/**
 * The menu of a panel. Until a pointer or the focus comes it is a bare button: of hundreds of menus few
 * are ever opened, and each would cost more than the head of its panel.
 */
export function PanelMenu(props: PanelMenuProps) {
  const [wanted, setWanted] = useState<'no' | 'focus' | 'open'>('no');
  const [isHovered, setHovered] = useState(false);
  const { root } = props;
  useEffect(() => {
    const panel = root.current;
    const hover = (event: PointerEvent): void => {
      // A finger has no hover: its tap comes to the button itself.
      if (event.pointerType !== 'touch') setHovered(true);
    };
    panel?.addEventListener('pointerenter', hover);
    return () => panel?.removeEventListener('pointerenter', hover);
  }, [root]);
  if (isHovered || wanted !== 'no') return <LiveMenu {...props} wanted={wanted} />;
  return (
    <Button
      look="quiet"
      className={buttonStyles['square']}
      aria-label={`Menu of ${props.title || `panel ${props.panel.id}`}`}
      aria-haspopup="menu"
      data-menu
      icon={<EllipsisVertical />}
      onFocus={(event) => {
        // A tap focuses too; its click shall find the button that it began on.
        if (event.currentTarget.matches(':focus-visible')) setWanted('focus');
      }}
      onClick={() => setWanted('open')}
    />
  );
}

function LiveMenu({ panel, title, data, root, wanted }: PanelMenuProps & { wanted: 'no' | 'focus' | 'open' }) {
  const trigger = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (wanted === 'focus') trigger.current?.focus();
  }, [wanted]);
  const page = useDashboard();
  const client = useQueryClient();
  const { shownTheme: theme, zone } = usePreferences();
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
  const svg = (): void => {
    const box = root.current?.getBoundingClientRect();
    const picture = { panel, data, marks: page.marks, theme, zone, client };
    void saveSvg(picture, { width: box?.width ?? 800, height: box?.height ?? 400 }, name);
  };
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
    { label: 'Download SVG', icon: <Image />, onSelect: svg },
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
      isOpenAtFirst={wanted === 'open'}
      trigger={
        <IconButton ref={trigger} label={`Menu of ${name}`} data-menu>
          <EllipsisVertical />
        </IconButton>
      }
    />
  );
}
