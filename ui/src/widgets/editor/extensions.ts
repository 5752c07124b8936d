// SPDX-License-Identifier: Apache-2.0
// What the query editor is made of: the language with completion against the server, keys, colours,
// and the mark at the place that the server complained about.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, insertNewlineAndIndent } from '@codemirror/commands';
import { bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { lintKeymap } from '@codemirror/lint';
import { StateEffect, StateField, type Extension } from '@codemirror/state';
import { Decoration, EditorView, keymap, placeholder, type DecorationSet } from '@codemirror/view';
import { PromQLExtension } from '@prometheus-io/codemirror-promql';
import { prometheusPath } from '@/api/http';
import { editorColors, editorTheme } from './editor_theme';
import { placeholderText, type EditorError } from './promql_editor';

interface EditorParts {
  label: string;
  onChange: (text: string) => void;
  onRun: () => void;
}

export const setErrorMark = StateEffect.define<EditorError | null>();

/** Underlines from the position to the end of the word, or one character at the end of the text. */
function markFor(text: string, error: EditorError): DecorationSet {
  if (text.length === 0) return Decoration.none;
  const from = Math.min(error.offset, text.length - 1);
  const word = /^[\w:.]+/.exec(text.slice(from))?.[0].length ?? 1;
  const mark = Decoration.mark({ class: 'cm-server-error', attributes: { title: error.message } });
  return Decoration.set([mark.range(from, Math.min(from + Math.max(word, 1), text.length))]);
}

const errorMark = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setErrorMark)) {
        return effect.value ? markFor(transaction.state.doc.toString(), effect.value) : Decoration.none;
      }
    }
    return transaction.docChanged ? Decoration.none : marks;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function language(): Extension {
  const promql = new PromQLExtension();
  promql.activateCompletion(true).activateLinter(true);
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
    errorMark,
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
