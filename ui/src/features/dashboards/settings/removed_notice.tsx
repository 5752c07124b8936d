// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '@/model/dashboard/json';
import { Button } from '@/widgets/button';
import { Notice } from '@/widgets/states';

export interface Gone {
  item: JsonObject;
  name: string;
  index: number;
  /** What its removal leaves behind; "" for nothing. */
  text: string;
}

export function RemovedNotice({ gone, onBack }: { gone: Gone; onBack: () => void }) {
  return (
    <Notice
      tone={gone.text ? 'warn' : 'info'}
      title={`${gone.name} is removed.`}
      actions={<Button onClick={onBack}>Put it back</Button>}
    >
      {gone.text}
    </Notice>
  );
}
