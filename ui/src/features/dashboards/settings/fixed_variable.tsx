// SPDX-License-Identifier: Apache-2.0
// The kinds of variables whose values are written in the dashboard, or are its data sources.
import { settled, withText } from '@/model/dashboard/edit_variable';
import { flag, num, text, withMember } from '@/model/dashboard/json';
import { SwitchField } from '@/widgets/fields';
import { Notice } from '@/widgets/states';
import { useDashboard } from '../dashboard_context';
import { Choose, Field, TextRow } from './field';
import { PatternRow } from './pattern_row';
import type { VariablePartProps } from './variable_form';
import styles from './settings.module.css';

export function FixedVariable(props: VariablePartProps) {
  switch (text(props.variable, 'type')) {
    case 'custom':
      return <ListValues {...props} />;
    case 'interval':
      return <Interval {...props} />;
    case 'datasource':
      return <SourceKind {...props} />;
    case 'switch':
      return <TwoValues {...props} />;
    case 'constant':
      return <OneText {...props} label="Value" help="The same for everybody; exports ask for it anew." />;
    case 'textbox':
      return <OneText {...props} label="Text at first" help="Whoever looks at the dashboard may type another one." />;
    default:
      return (
        <Notice tone="info" title={`Variables of the kind "${text(props.variable, 'type')}" are kept as they are.`}>
          The JSON of the settings shows all of it.
        </Notice>
      );
  }
}

function OneText({ variable, onVariable, label, help }: VariablePartProps & { label: string; help: string }) {
  return (
    <TextRow
      label={label}
      help={help}
      value={text(variable, 'query')}
      onChange={(written) => onVariable(withText(variable, written))}
    />
  );
}

function ListValues({ variable, onVariable }: VariablePartProps) {
  return (
    <Field
      label="Values"
      help={
        <>
          Separated by commas. <code>Production : prod</code> shows another text than the value; a comma inside of a
          value is written <code>\,</code>
        </>
      }
    >
      <textarea
        aria-label="Values"
        spellCheck={false}
        placeholder="prod, staging, dev"
        value={text(variable, 'query')}
        onChange={(event) => onVariable(withText(variable, event.target.value))}
      />
    </Field>
  );
}

function Interval({ variable, onVariable }: VariablePartProps) {
  const isAuto = flag(variable, 'auto');
  const count = num(variable, 'auto_count', 30);
  return (
    <fieldset className={styles['part']}>
      <legend>Lengths</legend>
      <TextRow
        label="Values"
        placeholder="1m,5m,1h"
        value={text(variable, 'query')}
        isCode
        onChange={(written) => onVariable(withText(variable, written))}
      />
      <SwitchField
        label="Offer auto: a length that follows the time range"
        value={isAuto}
        onChange={(auto) => onVariable(settled({ ...variable, auto, auto_count: count }))}
      />
      {isAuto && (
        <div className={styles['pair']}>
          <Choose
            label="Steps in the range"
            value={String(count)}
            choices={[5, 10, 20, 30, 50, 100, 200, 300, 500].map((n) => ({ value: String(n), label: String(n) }))}
            onChange={(steps) => onVariable({ ...variable, auto_count: Number(steps) })}
          />
          <TextRow
            label="Never shorter than"
            placeholder="10s"
            value={text(variable, 'auto_min', '10s')}
            isCode
            onChange={(least) => onVariable(withMember(variable, 'auto_min', least))}
          />
        </div>
      )}
    </fieldset>
  );
}

function SourceKind(props: VariablePartProps) {
  const { variable, onVariable } = props;
  const { sources } = useDashboard();
  const types = [...new Set(sources.map((one) => one.type))].sort();
  return (
    <div className={styles['pair']}>
      <Choose
        label="Sources of the type"
        value={text(variable, 'query')}
        choices={types.map((type) => ({ value: type, label: type }))}
        onChange={(type) => onVariable({ ...variable, query: type, current: {}, options: [] })}
      />
      <PatternRow {...props} />
    </div>
  );
}

function TwoValues({ variable, onVariable }: VariablePartProps) {
  const set = (key: string) => (value: string) => onVariable(settled({ ...variable, [key]: value, current: {} }));
  return (
    <div className={styles['pair']}>
      <TextRow label="On" value={text(variable, 'enabledValue', 'true')} onChange={set('enabledValue')} />
      <TextRow label="Off" value={text(variable, 'disabledValue', 'false')} onChange={set('disabledValue')} />
    </div>
  );
}
