// SPDX-License-Identifier: Apache-2.0
// The objective as the file that it could stand in, and the rules that it makes.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { sloRulesQuery } from '@/api/slo_queries';
import { Card } from '@/widgets/card';
import { CopyButton } from '@/widgets/copy_button';
import { ChoiceField } from '@/widgets/fields';
import styles from './wizard.module.css';

export function SloFileCard({ yaml, isReady }: { yaml: string; isReady: boolean }) {
  const [shown, setShown] = useState<'none' | 'file' | 'rules'>('none');
  const rules = useQuery({ ...sloRulesQuery(yaml), enabled: isReady && shown === 'rules' });
  const text =
    shown === 'file' ? yaml : rules.error ? rules.error.message : (rules.data?.data.groups.join('\n') ?? '…');
  return (
    <Card
      title="As a file"
      actions={
        <>
          <ChoiceField
            label="As a file"
            value={shown}
            choices={[
              { value: 'none', label: 'Hidden' },
              { value: 'file', label: 'YAML' },
              { value: 'rules', label: 'Its rules' },
            ]}
            onChange={setShown}
          />
          {shown !== 'none' && <CopyButton label="Copy" text={() => text} look="quiet" />}
        </>
      }
    >
      {shown === 'none' ? null : (
        <pre className={styles['file']} tabIndex={0} aria-label="Objective as a file">
          {text}
        </pre>
      )}
    </Card>
  );
}
