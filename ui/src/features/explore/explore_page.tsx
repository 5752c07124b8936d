// SPDX-License-Identifier: Apache-2.0
// The query page: any number of queries over one time range, all of it in the address.
import { Link2, Plus } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import { emptyPanel, readForeignRange, readPanels, writePanels, type QueryPanelState } from '@/model/panel_params';
import { between, defaultRange, encodeEnd, isRelative } from '@/model/time_range';
import { Button } from '@/widgets/button';
import { Page } from '@/widgets/card';
import { copyText } from '@/base/clipboard';
import { Menu } from '@/widgets/menu';
import { TimeControls } from '@/widgets/time_controls';
import { usePageTime, useUrlParams } from '@/widgets/url_state';
import { ExploreStart } from './explore_start';
import { QueryPanel } from './query_panel';
import styles from './explore.module.css';

/** A stable key for each panel, so that removing one does not hand its text to the next. */
function usePanelKeys(count: number) {
  const keys = useRef<number[]>([]);
  const next = useRef(0);
  while (keys.current.length < count) keys.current.push(next.current++);
  keys.current.length = count;
  return keys.current;
}

export function ExplorePage() {
  const [params, change] = useUrlParams();
  const panels = useMemo(() => readPanels(params), [params]);
  const foreign = useMemo(() => readForeignRange(params), [params]);
  const time = usePageTime(foreign ?? defaultRange);
  const keys = usePanelKeys(panels.length);

  // A link in Prometheus form becomes one of ours, so that later changes of the range count.
  useEffect(() => {
    if (!foreign) return;
    change(
      (p) => {
        if (!p.has('from')) {
          p.set('from', encodeEnd(foreign.from));
          p.set('to', encodeEnd(foreign.to));
        }
        writePanels(p, panels);
      },
      { replace: true },
    );
  }, [foreign, change, panels]);

  const replace = (next: readonly QueryPanelState[]): void => change((p) => writePanels(p, next));
  const share = (isFixed: boolean): void => {
    const url = new URL(window.location.href);
    const range = isFixed ? between(time.resolved.from, time.resolved.to) : time.range;
    url.searchParams.set('from', encodeEnd(range.from));
    url.searchParams.set('to', encodeEnd(range.to));
    void copyText(url.toString());
  };
  const isBlank = panels.length === 1 && panels[0]?.expr === '';

  return (
    <Page
      title="Explore"
      titleAction={
        <Menu
          trigger={<Button icon={<Link2 />}>Share</Button>}
          items={[
            { label: 'Copy link', onSelect: () => share(false) },
            ...(isRelative(time.range)
              ? [{ label: 'Copy link to exactly this window', onSelect: () => share(true) }]
              : []),
          ]}
        />
      }
      actions={<TimeControls time={time} />}
    >
      {panels.map((panel, index) => (
        <QueryPanel
          key={keys[index]}
          index={index}
          panel={panel}
          time={time}
          isOnly={panels.length === 1}
          onChange={(next) => replace(panels.map((one, at) => (at === index ? next : one)))}
          onDuplicate={() => {
            keys.splice(index + 1, 0, Math.max(...keys) + 1000);
            replace(panels.toSpliced(index, 0, panel));
          }}
          onRemove={() => {
            keys.splice(index, 1);
            replace(panels.toSpliced(index, 1));
          }}
        />
      ))}
      {isBlank ? (
        <ExploreStart onRun={(expr) => replace([{ ...emptyPanel, expr }])} />
      ) : (
        <div className={styles['add']}>
          <Button icon={<Plus />} onClick={() => replace([...panels, emptyPanel])}>
            Add query
          </Button>
        </div>
      )}
    </Page>
  );
}
