// SPDX-License-Identifier: Apache-2.0
// In which order the values stand, how many can be chosen, and when they are asked again.
import { withAll, withMulti } from '@/model/dashboard/edit_variable';
import { flag, num, text, withMember } from '@/model/dashboard/json';
import { SwitchField } from '@/widgets/fields';
import { Choose, TextRow } from './field';
import type { VariablePartProps } from './variable_form';
import styles from './settings.module.css';

const orders = [
  'as they come',
  'A to Z',
  'Z to A',
  'small to large numbers',
  'large to small numbers',
  'a to Z, whatever the case',
  'Z to a, whatever the case',
  'A to Z with numbers in order',
  'Z to A with numbers in order',
].map((label, i) => ({ value: String(i), label }));

export function ValueChoices({ variable, onVariable }: VariablePartProps) {
  const type = text(variable, 'type', 'query');
  const isQuery = type === 'query';
  return (
    <fieldset className={styles['part']}>
      <legend>Choosing</legend>
      {isQuery && (
        <div className={styles['pair']}>
          <Choose
            label="Order"
            value={String(num(variable, 'sort'))}
            choices={orders}
            onChange={(sort) => onVariable({ ...variable, sort: Number(sort) })}
          />
          <Choose
            label="Asked again"
            value={String(variable['refresh'] === true ? 1 : num(variable, 'refresh'))}
            choices={[
              { value: '0', label: 'with the next edition' },
              { value: '1', label: 'when the dashboard opens' },
              { value: '2', label: 'when the time range changes' },
            ]}
            onChange={(refresh) => onVariable({ ...variable, refresh: Number(refresh) })}
          />
        </div>
      )}
      <div className={styles['row']}>
        <SwitchField
          label="Several at once"
          value={flag(variable, 'multi')}
          onChange={(multi) => onVariable(withMulti(variable, multi))}
        />
        <SwitchField
          label="Offer All"
          value={flag(variable, 'includeAll')}
          onChange={(all) => onVariable(withAll(variable, all))}
        />
      </div>
      {flag(variable, 'includeAll') && (
        <TextRow
          label="What All stands for"
          placeholder="all values, joined"
          value={text(variable, 'allValue')}
          isCode
          help="Written into queries as it is: .* is quicker than a long list, and finds series without the label with .*"
          onChange={(value) => onVariable(withMember(variable, 'allValue', value === '' ? null : value))}
        />
      )}
    </fieldset>
  );
}
