// SPDX-License-Identifier: Apache-2.0
import { regexProblem } from '@/model/dashboard/edit_variable';
import { text } from '@/model/dashboard/json';
import { TextRow } from './field';
import type { VariablePartProps } from './variable_form';

/** Which of the values are offered, and which part of them. */
export function PatternRow({ variable, onVariable }: VariablePartProps) {
  const regex = text(variable, 'regex');
  const isSource = text(variable, 'type') === 'datasource';
  return (
    <TextRow
      label={isSource ? 'Whose name matches' : 'Pattern'}
      placeholder={isSource ? '/^prod/' : '/instance="([^"]*)"/'}
      value={regex}
      isCode
      problem={regexProblem(regex)}
      help={
        isSource ? undefined : 'Keeps what matches; a group cuts a part out, groups named text and value give both.'
      }
      onChange={(written) => onVariable({ ...variable, regex: written })}
    />
  );
}
