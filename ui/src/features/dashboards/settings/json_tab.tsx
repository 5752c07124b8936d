// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { isObject, type JsonObject } from '@/model/dashboard/json';
import { Field } from './field';
import styles from './settings.module.css';

interface JsonTabProps {
  raw: JsonObject;
  onRaw: (raw: JsonObject) => void;
  /** "" when what is written can be applied. */
  onProblem: (problem: string) => void;
}

function parse(written: string): JsonObject | string {
  try {
    const parsed: unknown = JSON.parse(written);
    return isObject(parsed) ? parsed : 'The settings are a JSON object.';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Variables, annotations and links as every dashboard tool writes them. */
export function JsonTab({ raw, onRaw, onProblem }: JsonTabProps) {
  const [written, setWritten] = useState(() =>
    JSON.stringify({ templating: raw['templating'], annotations: raw['annotations'], links: raw['links'] }, null, 2),
  );
  const parsed = parse(written);
  const change = (next: string): void => {
    setWritten(next);
    const read = parse(next);
    onProblem(typeof read === 'string' ? `The JSON is not right: ${read}` : '');
    if (typeof read !== 'string') onRaw({ ...raw, ...read });
  };
  return (
    <Field
      label="Variables, annotations and links"
      className={`${styles['field']} ${styles['json']}`}
      problem={typeof parsed === 'string' ? parsed : null}
    >
      <textarea
        aria-label="Variables, annotations and links"
        spellCheck={false}
        value={written}
        onChange={(event) => change(event.target.value)}
      />
    </Field>
  );
}
