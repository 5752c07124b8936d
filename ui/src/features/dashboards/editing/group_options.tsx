// SPDX-License-Identifier: Apache-2.0
// What each field is for when rows are grouped.
import { groupRule, withGroupRule } from '@/model/dashboard/editing/transformations';
import { asObject } from '@/model/dashboard/json';
import { CalcsField } from './calc_fields';
import { SelectField } from './small_fields';
import type { OwnOptionsProps } from './transform_options';
import styles from './editing.module.css';

const operations = [
  { value: '', name: 'Left out' },
  { value: 'groupby', name: 'Group by' },
  { value: 'aggregate', name: 'Calculate' },
];

export function GroupOptions({ options, names, onChange }: OwnOptionsProps) {
  const all = [...new Set([...names, ...Object.keys(asObject(options['fields']))])];
  if (all.length === 0) return <span className={styles['help']}>Fields are listed here once there is data.</span>;
  return (
    <div className={styles['columns']} role="group" aria-label="Fields">
      {all.map((name) => {
        const { operation, calcs } = groupRule(options, name);
        return (
          <div key={name} className={styles['groupRow']}>
            <span className={styles['columnName']} title={name}>
              {name}
              {!names.includes(name) && <span className={styles['help']}> (not in the data)</span>}
            </span>
            <SelectField
              label={`What ${name} is for`}
              value={operation}
              options={operations}
              onChange={(next) =>
                onChange(
                  withGroupRule(options, name, {
                    operation: next === '' ? null : next,
                    ...(next === 'aggregate' && calcs.length === 0 ? { aggregations: ['lastNotNull'] } : {}),
                  }),
                )
              }
            />
            {operation === 'aggregate' && (
              <CalcsField
                label={`Calculations of ${name}`}
                value={calcs}
                onChange={(aggregations) => onChange(withGroupRule(options, name, { aggregations }))}
              />
            )}
          </div>
        );
      })}
    </div>
  );
}
