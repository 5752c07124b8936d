// SPDX-License-Identifier: Apache-2.0
// Links to what is shown: with the time as it is written or held fast, for a wall, and a snapshot with its data
// as they are now.
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { createSnapshot } from '@/api/dashboards';
import { errorMessage } from '@/api/http';
import type { JsonObject } from '@/model/dashboard/json';
import type { Dashboard } from '@/model/dashboard/types';
import { shareAddress } from '@/model/dashboard/share';
import { encodeEnd } from '@/model/time_range';
import { Button } from '@/widgets/button';
import { CopyButton } from '@/widgets/copy_button';
import { SwitchField, TextField } from '@/widgets/fields';
import { Dialog } from '@/widgets/popup';
import { Notice } from '@/widgets/states';
import type { PageTime } from '@/widgets/url_state';
import styles from './dashboards.module.css';

interface ShareDialogProps {
  dashboard: Dashboard;
  raw: JsonObject;
  time: PageTime;
  onClose: () => void;
}

export function ShareDialog({ dashboard, raw, time, onClose }: ShareDialogProps) {
  const [isFixed, setFixed] = useState(true);
  const [isKiosk, setKiosk] = useState(false);
  const snapshot = useMutation({ mutationFn: () => createSnapshot(raw, dashboard.title) });
  const address = shareAddress(window.location.href, {
    from: isFixed ? String(Math.round(time.resolved.from)) : encodeEnd(time.range.from),
    to: isFixed ? String(Math.round(time.resolved.to)) : encodeEnd(time.range.to),
    isKiosk,
  });
  return (
    <Dialog title="Share" open onOpenChange={(open) => !open && onClose()}>
      <div className={styles['dialogBody']}>
        <SwitchField label="Hold this time fast: others see what you see" value={isFixed} onChange={setFixed} />
        <SwitchField label="Panels only, for a screen on the wall" value={isKiosk} onChange={setKiosk} />
        <div className={styles['shareLink']}>
          <TextField label="Link" value={address} onChange={() => undefined} readOnly autoFocus />
          <CopyButton isWide look="primary" label="Copy link" text={() => address} />
        </div>
        <hr className={styles['rule']} />
        <p>
          A snapshot keeps the dashboard as it is written now under an address of its own; later changes do not reach
          it.
        </p>
        {snapshot.isError && <Notice tone="bad" title={errorMessage(snapshot.error)} />}
        <div className={styles['buttons']}>
          {snapshot.data ? (
            <Link href={snapshot.data.url}>Open the snapshot</Link>
          ) : (
            <Button disabled={snapshot.isPending} onClick={() => snapshot.mutate()}>
              Make a snapshot
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  );
}
