// SPDX-License-Identifier: Apache-2.0
// The values that there are now; the one that the dashboard opens with is chosen here.
import { plural } from '@/base/number_format';
import { withChoice } from '@/model/dashboard/edit_variable';
import { flag, text } from '@/model/dashboard/json';
import { allValue } from '@/model/dashboard/types';
import { readVariable } from '@/model/dashboard/variable';
import { Notice, Skeleton } from '@/widgets/states';
import { useVariablePreview, type Preview } from './use_variable_preview';
import type { VariablePartProps } from './variable_form';
import styles from './settings.module.css';

const shownMax = 120;
const withoutValues = ['textbox', 'constant', 'adhoc', 'groupby'];

function summary(preview: Preview | undefined): string {
  if (!preview || preview.problems.length > 0) return '';
  const { options, askedCount } = preview;
  const count = plural(options.length, 'value');
  const kept = askedCount > options.length ? `${count}, of ${askedCount} before the pattern` : count;
  return preview.auto ? `${kept}; auto is ${preview.auto} in the time that is shown` : kept;
}

function whyNone(props: VariablePartProps, preview: Preview): string {
  const variable = readVariable(props.variable);
  if (variable.type === 'custom') return 'Write the first value above.';
  if (variable.type === 'datasource') {
    return `No data source of the type ${variable.query} is there${variable.regex ? ' whose name matches' : ''}.`;
  }
  if (preview.askedCount > 0) {
    return preview.askedCount === 1
      ? 'The one value does not match the pattern.'
      : `None of the ${preview.askedCount} values matches the pattern.`;
  }
  return variable.query === '' && Object.keys(variable.rawQuery).length === 0
    ? 'Say what to ask for.'
    : 'The source has no such values in the time that is shown.';
}

export function VariablePreview(props: VariablePartProps & { index: number }) {
  const { raw, index, variable, onVariable } = props;
  const { data, isBehind, error } = useVariablePreview(raw, index);
  if (withoutValues.includes(text(variable, 'type', 'query'))) return null;
  const chosen = readVariable(variable).current;
  const options = data?.options ?? [];
  const isMulti = flag(variable, 'multi');
  const choose = (value: string): void => {
    const others = chosen.filter((one) => one !== value && (one === allValue) === (value === allValue));
    const next = !isMulti ? [value] : chosen.includes(value) ? others : [...others, value];
    onVariable(withChoice(variable, next, options));
  };
  const offered = [...(flag(variable, 'includeAll') ? [{ text: 'All', value: allValue }] : []), ...options];
  return (
    <section className={styles['part']} aria-label="Values now">
      <div className={styles['previewHead']}>
        <span className={styles['partTitle']}>Values now</span>
        <span role="status">{isBehind ? 'asking…' : summary(data)}</span>
      </div>
      {error && <Notice tone="bad" title={error.message} />}
      {data?.problems.map((one) => (
        <Notice
          key={one.name}
          tone="bad"
          title={one.name === text(variable, 'name') ? one.message : `$${one.name}: ${one.message}`}
        />
      ))}
      {!data && !error && <Skeleton lines={2} />}
      {data && data.problems.length === 0 && options.length === 0 && !isBehind && (
        <Notice tone="info" title={whyNone(props, data)} />
      )}
      {offered.length > 0 && (
        <>
          <div
            className={`${styles['chips']} ${isBehind ? styles['stale'] : ''}`}
            role="group"
            aria-label="Value at first"
          >
            {offered.slice(0, shownMax).map((one) => (
              <button
                key={one.value}
                type="button"
                className={styles['chip']}
                aria-pressed={chosen.includes(one.value)}
                title={one.text === one.value || one.value === allValue ? one.text : `${one.text} = ${one.value}`}
                onClick={() => choose(one.value)}
              >
                {one.text || '(empty)'}
              </button>
            ))}
            {offered.length > shownMax && (
              <span className={styles['chip']} data-more="">
                {offered.length - shownMax} more
              </span>
            )}
          </div>
          <span className={styles['help']}>
            {chosen.length > 0
              ? `The dashboard opens with ${chosen.map((value) => (value === allValue ? 'All' : value)).join(', ')}.`
              : 'The dashboard opens with the first. Choose another one here.'}
          </span>
        </>
      )}
    </section>
  );
}
