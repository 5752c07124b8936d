// SPDX-License-Identifier: Apache-2.0
// One line opened: its fields, each of which can be filtered by, its trace, and what stood around it.
import { Filter, FilterX, ListTree, Route, TextQuote } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { fieldsOf, parseJson, type LineField, type LogLine } from '@/model/log_lines';
import { Button, IconButton } from '@/widgets/button';
import { CopyButton } from '@/widgets/copy_button';
import { LogContext } from './log_context';
import styles from './logs.module.css';

export interface DetailActions {
  /** Absent where the list has no query to change. */
  onFilter?: (field: LineField, line: LogLine, isNot: boolean) => void;
}

const origins: Record<LineField['from'], string> = {
  label: 'label',
  metadata: 'metadata',
  parsed: 'parsed',
  line: 'in the line',
};

export function LogDetails({ line, actions }: { line: LogLine; actions: DetailActions }) {
  const [showsContext, setShowsContext] = useState(false);
  const fields = fieldsOf(line);
  const json = parseJson(line.line);
  return (
    <div className={styles['details']}>
      <div className={styles['detailActions']}>
        {line.traceId && (
          <Link href={`/trace/${line.traceId}`} className={styles['action']}>
            <Route aria-hidden /> Trace {line.traceId.slice(0, 8)}…
          </Link>
        )}
        <Button icon={<TextQuote />} isPressed={showsContext} onClick={() => setShowsContext(!showsContext)}>
          Lines around it
        </Button>
        <CopyButton isWide label="Line" text={() => line.line} />
        {json && <CopyButton isWide label="JSON" text={() => JSON.stringify(json, null, 2)} />}
        <span className={styles['exact']}>{line.timeNs} ns</span>
      </div>
      <dl className={styles['fields']}>
        {fields.map((field) => (
          <div key={`${field.from}${field.name}`} className={styles['field']}>
            <dt>
              {field.name} <span className={styles['origin']}>{origins[field.from]}</span>
            </dt>
            <dd>{field.value}</dd>
            {actions.onFilter && (
              <dd className={styles['fieldActions']}>
                <IconButton
                  label={`Only lines with this ${field.name}`}
                  onClick={() => actions.onFilter?.(field, line, false)}
                >
                  <Filter />
                </IconButton>
                <IconButton label={`Without this ${field.name}`} onClick={() => actions.onFilter?.(field, line, true)}>
                  <FilterX />
                </IconButton>
              </dd>
            )}
          </div>
        ))}
      </dl>
      {fields.length === 0 && (
        <p className={styles['origin']}>
          <ListTree aria-hidden /> The line has no fields.
        </p>
      )}
      {showsContext && <LogContext line={line} />}
    </div>
  );
}
