// SPDX-License-Identifier: Apache-2.0
// What the query editor is made of: the language with completion against the server, the server's
// verdict, keys and colours.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, insertNewlineAndIndent } from '@codemirror/commands';
import { bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { lintKeymap } from '@codemirror/lint';
import type { Extension } from '@codemirror/state';
import { EditorView, keymap, placeholder } from '@codemirror/view';
import { PromQLExtension } from '@prometheus-io/codemirror-promql';
import { prometheusPath } from '@/api/http';
import { editorColors, editorTheme } from './editor_theme';
import { placeholderText } from './promql_editor';
import { serverLint } from './server_lint';

interface EditorParts {
  label: string;
  onChange: (text: string) => void;
  onRun: () => void;
}

function language(): Extension {
  const promql = new PromQLExtension();
  promql.activateCompletion(true).activateLinter(false);
  promql.setComplete({
    remote: {
      url: '',
      apiPrefix: prometheusPath('').replace(/\/$/, ''),
      httpMethod: 'GET',
      lookbackInterval: 12 * 3_600_000,
    },
    maxMetricsMetadata: 10_000,
  });
  return promql.asExtension();
}

function runKeys(onRun: () => void): Extension {
  const run = (): boolean => {
    onRun();
    return true;
  };
  return keymap.of([
    { key: 'Mod-Enter', run },
    { key: 'Enter', run },
    { key: 'Shift-Enter', run: insertNewlineAndIndent },
  ]);
}

export function editorExtensions(parts: EditorParts): Extension {
  return [
    history(),
    language(),
    autocompletion({ maxRenderedOptions: 200, closeOnBlur: true, icons: false }),
    bracketMatching(),
    closeBrackets(),
    indentOnInput(),
    serverLint(),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-label': parts.label }),
    placeholder(placeholderText),
    keymap.of(completionKeymap),
    runKeys(parts.onRun),
    keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...lintKeymap]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) parts.onChange(update.state.doc.toString());
    }),
    editorTheme,
    syntaxHighlighting(editorColors),
  ];
}
