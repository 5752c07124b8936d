// SPDX-License-Identifier: Apache-2.0
// Any value as JSON; applied when the field is left, if it can be read.
import { useEffect, useRef, useState } from 'react';
import type { Json } from '@/model/dashboard/json';
import { Notice } from '@/widgets/states';
import styles from '../dashboards.module.css';

interface JsonFieldProps {
  label: string;
  value: Json | undefined;
  rows?: number;
  /** Says what is wrong with a value that can be read. */
  check?: (value: Json) => string | null;
  onChange: (value: Json) => void;
}

const pretty = (value: Json | undefined): string => JSON.stringify(value ?? null, null, 2);

export function JsonField({ label, value, rows = 14, check, onChange }: JsonFieldProps) {
  const [written, setWritten] = useState(() => pretty(value));
  const [problem, setProblem] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (document.activeElement !== field.current) setWritten(pretty(value));
  }, [value]);
  const apply = (): void => {
    if (written === pretty(value)) return;
    try {
      const parsed = JSON.parse(written) as Json;
      const wrong = check?.(parsed) ?? null;
      setProblem(wrong ?? '');
      if (wrong === null) onChange(parsed);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <div className={styles['field']}>
      <textarea
        ref={field}
        aria-label={label}
        aria-invalid={problem !== '' || undefined}
        spellCheck={false}
        rows={rows}
        style={{ minHeight: 0 }}
        value={written}
        onChange={(event) => {
          setWritten(event.target.value);
          setProblem('');
        }}
        onBlur={apply}
      />
      {problem && (
        <Notice tone="bad" title={problem}>
          It was not applied.
        </Notice>
      )}
    </div>
  );
}
