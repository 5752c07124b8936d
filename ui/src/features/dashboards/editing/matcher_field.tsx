// SPDX-License-Identifier: Apache-2.0
// Which fields an override is for, and which of the data that is shown they are.
import { calculationNames } from '@/model/dashboard/reduce';
import { fieldTypes, matcherKinds, matcherName, valueTests } from '@/model/dashboard/editing/overrides';
import { asObject, numberOr, text, texts, type Json, type JsonObject } from '@/model/dashboard/json';
import { regexOf } from '@/model/dashboard/variable';
import { TextField } from '@/widgets/fields';
import { SuggestField, type Suggestion } from '@/widgets/suggest_field';
import { JsonField } from './json_field';
import { NamesField } from './names_field';
import { NumberField, SelectField } from './small_fields';
import styles from './editing.module.css';

interface MatcherFieldProps {
  name: string;
  matcher: JsonObject;
  fields: readonly Suggestion[];
  refIds: readonly string[];
  chosen: readonly string[];
  isDataThere: boolean;
  onKind: (id: string) => void;
  onOptions: (options: Json) => void;
}

const calculations = Object.entries(calculationNames).map(([value, name]) => ({ value, name }));
const shownMax = 4;

export function MatcherField(props: MatcherFieldProps) {
  const { name, matcher, chosen, isDataThere, onKind } = props;
  const id = text(matcher, 'id');
  const kinds = matcherKinds.map((one) => ({ value: one.id, name: one.name }));
  const known = kinds.some((one) => one.value === id) ? kinds : [...kinds, { value: id, name: matcherName(id) }];
  const more = chosen.length - shownMax;
  return (
    <div className={styles['property']}>
      <span className={styles['propertyName']} aria-hidden>
        For
      </span>
      <div className={styles['steps']}>
        <div className={styles['row']}>
          <SelectField
            label={`Which fields, ${name}`}
            value={id}
            options={known}
            onChange={(next) => onKind(String(next))}
          />
          <MatcherOptions {...props} id={id} />
        </div>
        {isDataThere && (
          <span className={styles['help']} role="status">
            {chosen.length === 0
              ? 'No field of the data shown is chosen.'
              : `Chosen: ${chosen.slice(0, shownMax).join(', ')}${more > 0 ? ` and ${more} more` : ''}`}
          </span>
        )}
      </div>
    </div>
  );
}

function MatcherOptions({ id, name, matcher, fields, refIds, onOptions }: MatcherFieldProps & { id: string }) {
  const options = matcher['options'];
  const written = typeof options === 'string' ? options : '';
  switch (id) {
    case 'byName':
      return (
        <SuggestField
          label={`Field, ${name}`}
          placeholder="name of the field"
          value={written}
          suggestions={fields}
          onChange={onOptions}
        />
      );
    case 'byRegexp':
      return (
        <TextField
          label={`Pattern, ${name}`}
          className="mono"
          placeholder="/^read|write$/"
          style={{ flex: 1, minWidth: 140 }}
          value={written}
          isInvalid={written !== '' && regexOf(written) === null}
          onChange={onOptions}
        />
      );
    case 'byType':
      return <SelectField label={`Type, ${name}`} value={options} options={fieldTypes} onChange={onOptions} />;
    case 'byFrameRefID':
      return (
        <SelectField
          label={`Query, ${name}`}
          value={options}
          options={refIds.map((refId) => ({ value: refId, name: refId }))}
          onChange={onOptions}
        />
      );
    case 'byNames':
      return (
        <>
          <SelectField
            label={`These or all others, ${name}`}
            value={text(asObject(options), 'mode', 'include')}
            options={[
              { value: 'include', name: 'these' },
              { value: 'exclude', name: 'all but these' },
            ]}
            onChange={(mode) => onOptions({ ...asObject(options), mode })}
          />
          <NamesField
            label={`Fields, ${name}`}
            names={texts(asObject(options)['names'])}
            suggestions={fields}
            onChange={(names) => onOptions({ ...asObject(options), names })}
          />
        </>
      );
    case 'byValue': {
      const test = asObject(options);
      return (
        <>
          <SelectField
            label={`Value of the field, ${name}`}
            value={test['reducer']}
            options={calculations}
            onChange={(reducer) => onOptions({ ...test, reducer })}
          />
          <SelectField
            label={`Comparison, ${name}`}
            value={test['op']}
            options={valueTests}
            onChange={(op) => onOptions({ ...test, op })}
          />
          <span style={{ flex: '0 1 110px' }}>
            <NumberField
              label={`Compared with, ${name}`}
              value={numberOr(test['value'], null)}
              onChange={(value) => onOptions({ ...test, value })}
            />
          </span>
        </>
      );
    }
    default:
      return options === undefined ? null : (
        <JsonField label={`Options of the matcher, ${name}`} rows={4} value={options} onChange={onOptions} />
      );
  }
}
