// SPDX-License-Identifier: Apache-2.0
// The field for a PromQL query. CodeMirror is loaded when the first one is shown; until then the
// same text stands in the same place.
import { lazy, Suspense } from 'react';
import styles from './editor.module.css';

export interface PromqlEditorProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** Enter, or Ctrl-Enter. */
  onRun: () => void;
  autoFocus?: boolean;
}

type Editor = typeof import('./code_editor');
let loading: Promise<Editor> | null = null;
// One import for all who ask: the second would not wait for the style sheet.
const loadEditor = (): Promise<Editor> =>
  (loading ??= import('./code_editor').catch((error: unknown) => {
    loading = null;
    throw error;
  }));
const CodeEditor = lazy(loadEditor);

export async function preloadEditor(): Promise<void> {
  await loadEditor();
}

export function PromqlEditor(props: PromqlEditorProps) {
  return (
    <div className={styles['field']}>
      <Suspense fallback={<div className={styles['waiting']}>{props.value || placeholderText}</div>}>
        <CodeEditor {...props} />
      </Suspense>
    </div>
  );
}

export const placeholderText = 'PromQL: type a metric name, or Ctrl-Space for what there is';
