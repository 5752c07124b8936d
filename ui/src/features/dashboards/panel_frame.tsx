// SPDX-License-Identifier: Apache-2.0
// One panel: its head with title, hints and menu, and its body once it is near the view.
import { GripVertical, Info, TriangleAlert } from 'lucide-react';
import { useEffect, useMemo, useRef, type PointerEvent } from 'react';
import { formatDuration } from '@/base/duration';
import { durationMs } from '@/base/brand';
import { interpolate } from '@/model/dashboard/interpolate';
import { isDrawn, needsNoQuery } from '@/model/dashboard/panel_view';
import { isKnownKind } from '@/model/dashboard/support';
import type { Panel } from '@/model/dashboard/types';
import { isMarkOf } from '@/widgets/chart/mark_layer';
import { Hint } from '@/widgets/hint';
import { Skeleton } from '@/widgets/states';
import { useDashboard } from './dashboard_context';
import { PanelMenu } from './panel_menu';
import { PanelEmpty, PanelError } from './panel_state';
import { PanelBody } from './panels/panel_body';
import { useBox, useLate, useSeen, useTurn, type Box } from './use_box';
import { useLibraryPanel } from './use_library_panel';
import { usePanelData, type PanelData } from './use_panel_data';
import styles from './dashboards.module.css';

interface PanelFrameProps {
  panel: Panel;
  /** Its outer size, if whoever places it knows. */
  size?: Box;
  isInView?: boolean;
  onGrip?: (event: PointerEvent, kind: 'move' | 'resize') => void;
  /** Told what the panel shows, and again when that changes. */
  onData?: (data: PanelData) => void;
}

/** See .panel and .panelHead. */
const borderPx = 1;
const headPx = 32;

const bodyOf = (size: Box, hasHead: boolean): Box => ({
  width: size.width - 2 * borderPx,
  height: size.height - 2 * borderPx - (hasHead ? headPx : 0),
});

export function PanelFrame({ panel: given, size, isInView = false, onGrip, onData }: PanelFrameProps) {
  const panel = useLibraryPanel(given);
  const page = useDashboard();
  const root = useRef<HTMLElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const isSeen = useSeen(root, isInView);
  const box = useBox(body, size && bodyOf(size, panel.title !== '' || page.isEditing));
  // Steps follow the width in coarse steps, so that a resize does not ask everything again.
  const widthPx = Math.ceil(Math.max(box.width, 120) / 200) * 200;
  const context = useMemo(() => ({ ...page, widthPx }), [page, widthPx]);
  const data = usePanelData(panel, context, isSeen && box.width > 0);
  useEffect(() => onData?.(data), [onData, data.answers, data.scope]);
  const title = interpolate(panel.title, data.scope, 'title');
  const description = interpolate(panel.description, data.scope);
  const isFixed = panel.timeFrom !== '' || panel.timeShift !== '';
  const isReady = needsNoQuery(panel) || (data.frames.length > 0 && isDrawn(panel, data.frames));
  const marks = useMemo(() => page.marks.filter((one) => isMarkOf(one, panel.id)), [page.marks, panel.id]);
  const isKnown = isKnownKind(panel.type);
  const isSized = isSeen && box.width > 0;
  const isMyTurn = useTurn(isSized && !data.isPending);
  const isSlow = useLate(data.isFetching);
  // Until it is drawn one thing stands in its place: each change of it would be a frame's work.
  const state = !isSized
    ? 'waiting'
    : data.isPending || !isMyTurn
      ? 'loading'
      : data.error && data.frames.length === 0
        ? 'error'
        : isReady && isKnown
          ? 'drawn'
          : 'empty';
  const warnings = [...panel.unsupported, ...data.errors.map((one) => `Query ${one.refId}: ${one.message}`)];
  return (
    <section
      ref={root}
      className={styles['panel']}
      data-clear={panel.isTransparent || undefined}
      data-panel={panel.id}
      data-state={state}
      aria-label={title || panel.type}
    >
      {isSlow && <div className={styles['progress']} />}
      <header className={styles['panelHead']} data-bare={title === '' && !page.isEditing ? true : undefined}>
        {page.isEditing && onGrip && (
          <span
            className={`${styles['info']} ${styles['grip']}`}
            onPointerDown={(event) => onGrip(event, 'move')}
            aria-hidden
          >
            <GripVertical />
          </span>
        )}
        <h2 title={title}>{title}</h2>
        {description && (
          <Hint text={<span style={{ whiteSpace: 'pre-wrap' }}>{description}</span>}>
            <span className={styles['info']} tabIndex={0} aria-label={description}>
              <Info />
            </span>
          </Hint>
        )}
        {isFixed && !panel.hideTimeOverride && (
          <span
            className={styles['info']}
          >{`last ${panel.timeFrom || formatDuration(durationMs(data.window.toMs - data.window.fromMs))}`}</span>
        )}
        {warnings.length > 0 && isKnown && (
          <Hint text={<span style={{ whiteSpace: 'pre-wrap' }}>{warnings.join('\n')}</span>}>
            <span
              className={styles['info']}
              data-tone={data.errors.length > 0 ? 'bad' : 'warn'}
              tabIndex={0}
              aria-label={warnings.join(' ')}
            >
              <TriangleAlert />
            </span>
          </Hint>
        )}
        <PanelMenu panel={panel} title={title} data={data} root={root} />
      </header>
      <div ref={body} className={styles['panelBody']}>
        {(state === 'loading' || state === 'waiting') && box.width > 0 && (
          <Skeleton lines={1} height={Math.max(box.height - 32, 20)} isStill />
        )}
        {state === 'error' && <PanelError data={data} />}
        {state === 'empty' && <PanelEmpty panel={panel} data={data} isSmall={box.width < 220 || box.height < 90} />}
        {state === 'drawn' && (
          <PanelBody
            panel={panel}
            frames={data.frames}
            window={data.window}
            scope={data.scope}
            width={box.width}
            height={box.height}
            syncKey={page.syncKey}
            marks={marks}
            onZoom={page.onZoom}
          />
        )}
      </div>
      {page.isEditing && onGrip && (
        <span className={styles['resize']} onPointerDown={(event) => onGrip(event, 'resize')} aria-hidden />
      )}
    </section>
  );
}
