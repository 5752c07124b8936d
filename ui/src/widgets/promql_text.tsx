// SPDX-License-Identifier: Apache-2.0
import { memo } from 'react';
import { promqlTokens } from '@/model/promql_tokens';
import styles from './promql_text.module.css';

/** A query to read, in the colours of the editor. */
export const PromqlText = memo(function PromqlText({ query }: { query: string }) {
  return (
    <code className={styles['query']}>
      {promqlTokens(query).map((token, index) => (
        <span key={index} className={styles[token.kind]}>
          {token.text}
        </span>
      ))}
    </code>
  );
});
