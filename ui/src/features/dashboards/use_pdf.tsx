// SPDX-License-Identifier: Apache-2.0
// The dashboard as a PDF: the server draws it, with the range and the variables of the address.
import { FileDown } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { productBlob } from '@/api/http';
import type { Dashboard } from '@/model/dashboard/types';
import { encodeEnd, type TimeRange } from '@/model/time_range';
import { Button } from '@/widgets/button';
import type { MenuItem } from '@/widgets/menu';
import { usePreferences } from '@/widgets/preferences';
import { Notice } from '@/widgets/states';
import { download } from './download';
import styles from './dashboards.module.css';

type State = { kind: 'idle' | 'drawing' } | { kind: 'failed'; message: string };

export function usePdf(dashboard: Dashboard, range: TimeRange): { item: MenuItem; notice: ReactNode } {
  const [state, setState] = useState<State>({ kind: 'idle' });
  const zone = usePreferences((p) => p.zone);
  const begin = async (): Promise<void> => {
    const params = new URLSearchParams(window.location.search);
    params.set('from', encodeEnd(range.from));
    params.set('to', encodeEnd(range.to));
    params.set('tz', zone === 'utc' ? 'utc' : Intl.DateTimeFormat().resolvedOptions().timeZone);
    const path = `/api/signalbox/v1/dashboards/${encodeURIComponent(dashboard.uid)}/pdf?${params.toString()}`;
    setState({ kind: 'drawing' });
    try {
      download(`${dashboard.title}.pdf`, await productBlob(path));
      setState({ kind: 'idle' });
    } catch (error) {
      setState({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
    }
  };
  const isDrawing = state.kind === 'drawing';
  const item = { label: 'Download PDF', icon: <FileDown />, isDisabled: isDrawing, onSelect: () => void begin() };
  const close = <Button onClick={() => setState({ kind: 'idle' })}>Close</Button>;
  const notice =
    state.kind === 'idle' ? null : (
      <div className={styles['note']}>
        {isDrawing ? (
          <Notice tone="info" title="The server draws the PDF…" />
        ) : (
          <Notice tone="bad" title="The PDF could not be made." actions={close}>
            {state.kind === 'failed' ? state.message : ''}
          </Notice>
        )}
      </div>
    );
  return { item, notice };
}
