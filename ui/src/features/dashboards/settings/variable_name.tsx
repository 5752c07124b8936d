// SPDX-License-Identifier: Apache-2.0
// The name of a variable. While it is used elsewhere, a new one asks what shall become of the references.
import { useEffect, useState } from 'react';
import { without } from '@/base/lists';
import { plural } from '@/base/number_format';
import { listOf } from '@/model/dashboard/edit_list';
import { nameProblem } from '@/model/dashboard/edit_variable';
import { text } from '@/model/dashboard/json';
import { renameVariable, usesText, type Use } from '@/model/dashboard/variable_uses';
import { Button } from '@/widgets/button';
import { TextField } from '@/widgets/fields';
import { Notice } from '@/widgets/states';
import { Field } from './field';
import type { TabProps } from './tab_props';
import styles from './settings.module.css';

interface VariableNameProps extends TabProps {
  index: number;
  uses: readonly Use[];
}

/** Where a variable is used, one line each. */
export function Places({ uses }: { uses: readonly Use[] }) {
  return (
    <ul className={styles['places']} aria-label="Places" tabIndex={0}>
      {uses.map((use, i) => (
        <li key={i}>
          {use.kind === 'dashboard' ? 'the title or the description of the dashboard' : use.kind}{' '}
          <b>{use.name || (use.kind === 'dashboard' ? '' : 'without a title')}</b>
          {use.count > 1 && ` ${use.count} times`}
        </li>
      ))}
    </ul>
  );
}

export function VariableName({ raw, index, uses, onRaw, onProblem }: VariableNameProps) {
  const names = listOf(raw, 'templating').map((one) => text(one, 'name'));
  const name = names[index] ?? '';
  const [written, setWritten] = useState(name);
  useEffect(() => setWritten(name), [name]);
  const problemOf = (given: string): string | null => nameProblem(given, without(names, index));
  const problem = problemOf(written);
  const isAsking = written !== name && problem === null && uses.length > 0;
  const report = (next: string): void => {
    const isOpen = next !== name && uses.length > 0;
    onProblem(problemOf(next) ?? (isOpen ? `What shall become of the references to $${name}?` : ''));
  };
  const rename = (references: 'follow' | 'stay'): void => {
    onProblem('');
    onRaw(renameVariable(raw, index, written, references));
  };
  const keep = (): void => {
    onProblem('');
    setWritten(name);
  };
  const settle = (): void => {
    if (problem === null && written !== name && uses.length === 0) rename('stay');
  };
  return (
    <>
      <Field label="Name" help={name && <code>{`$${name}  \${${name}:regex}`}</code>} problem={problem}>
        <TextField
          label="Name"
          value={written}
          isInvalid={problem !== null}
          className={styles['mono']}
          onChange={(next) => {
            setWritten(next);
            report(next);
          }}
          onBlur={settle}
          onKeyDown={(event) => {
            if (event.key === 'Enter') settle();
          }}
        />
      </Field>
      {isAsking && (
        <div className={styles['wide']}>
          <Notice tone="warn" title={`$${name} is used in ${usesText(uses)}.`}>
            <Places uses={uses} />
            <div className={styles['row']}>
              <Button look="primary" onClick={() => rename('follow')}>
                Rename {plural(sum(uses), 'reference')} too
              </Button>
              <Button onClick={() => rename('stay')}>Only the variable</Button>
              <Button look="quiet" onClick={keep}>
                Keep {name}
              </Button>
            </div>
          </Notice>
        </div>
      )}
    </>
  );
}

const sum = (uses: readonly Use[]): number => uses.reduce((total, use) => total + use.count, 0);
