// SPDX-License-Identifier: Apache-2.0
import type { Answer } from '@/api/http';
import { errorMessage } from '@/api/http';
import type { QueryResult } from '@/api/query_types';
import { errorHint, type QueryError } from '@/model/query_error';
import { Notice } from '@/widgets/states';
import styles from './explore.module.css';

interface PanelNoticesProps {
  answer: Answer<QueryResult> | undefined;
  error: QueryError | null;
  exemplarError: unknown;
}

/** What the server had to say about the query, with the way out where there is a known one. */
export function PanelNotices({ answer, error, exemplarError }: PanelNoticesProps) {
  const warnings = answer?.warnings ?? [];
  const infos = answer?.infos ?? [];
  if (!error && !exemplarError && warnings.length + infos.length === 0) return null;
  const hint = error ? errorHint(error.message) : null;
  return (
    <div className={styles['notices']}>
      {error && (
        <Notice tone="bad" title={error.message}>
          {error.position && (
            <span className={styles['position']}>line {error.position.replace(':', ', column ')}. </span>
          )}
          {hint}
        </Notice>
      )}
      {exemplarError ? (
        <Notice tone="warn" title="No exemplars:">
          {errorMessage(exemplarError)}
        </Notice>
      ) : null}
      {warnings.map((text) => (
        <Notice key={text} tone="warn">
          {text}
        </Notice>
      ))}
      {infos.map((text) => (
        <Notice key={text} tone="info">
          {text}
        </Notice>
      ))}
    </div>
  );
}
