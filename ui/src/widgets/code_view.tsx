// SPDX-License-Identifier: Apache-2.0
// Text to read and copy: configuration with line numbers, or a snippet.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef } from 'react';
import { yamlLine } from '@/model/yaml_tokens';
import { CopyButton } from './copy_button';
import styles from './code_view.module.css';

function Line({ text }: { text: string }) {
  return (
    <>
      {yamlLine(text).map((token, index) => (
        <span key={index} className={styles[token.kind]}>
          {token.text}
        </span>
      ))}
    </>
  );
}

/** A whole YAML document; only the lines in view are drawn. */
export function YamlView({ text, label, highlight = '' }: { text: string; label: string; highlight?: string }) {
  const lines = useMemo(() => text.replace(/\n$/, '').split('\n'), [text]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 20,
    overscan: 30,
  });
  const needle = highlight.toLowerCase();
  return (
    <div ref={scroller} className={styles['document']} tabIndex={0} role="region" aria-label={label}>
      <div className={styles['lines']} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const line = lines[item.index] ?? '';
          const isHit = needle !== '' && line.toLowerCase().includes(needle);
          return (
            <div
              key={item.key}
              className={styles['line']}
              data-hit={isHit || undefined}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <span className={styles['gutter']} aria-hidden>
                {item.index + 1}
              </span>
              <Line text={line} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** A few lines with a copy button. */
export function Snippet({ text, label }: { text: string; label: string }) {
  return (
    <div className={styles['snippet']}>
      <pre tabIndex={0} aria-label={label}>
        {text.split('\n').map((line, index) => (
          <div key={index}>
            <Line text={line} />
            {line === '' && '\u200b'}
          </div>
        ))}
      </pre>
      <div className={styles['snippetCopy']}>
        <CopyButton text={() => text} label="Copy" />
      </div>
    </div>
  );
}
