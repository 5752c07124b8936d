// SPDX-License-Identifier: Apache-2.0
// What a query variable asks, in the terms of its source.
import { familyOf, readRef, resolveSource } from '@/model/dashboard/datasource_ref';
import { withQuery, withSource } from '@/model/dashboard/edit_variable';
import { asObject, isObject, text } from '@/model/dashboard/json';
import { readTermsForm, writeTermsForm, writtenOf } from '@/model/dashboard/variable_form';
import { useDashboard } from '../dashboard_context';
import { Choose, TextRow } from './field';
import { LabelQuery } from './label_query';
import { PatternRow } from './pattern_row';
import { PrometheusQuery } from './prometheus_query';
import { SourceChoice } from './source_choice';
import { languageOf, useSource } from './use_source';
import type { VariablePartProps } from './variable_form';
import styles from './settings.module.css';

export function QueryVariable(props: VariablePartProps) {
  const { raw, variable, onVariable } = props;
  const { sources } = useDashboard();
  const source = useSource(variable['datasource']);
  const family = languageOf(source);
  return (
    <fieldset className={styles['part']}>
      <legend>Query</legend>
      <SourceChoice
        raw={raw}
        value={variable['datasource']}
        onChange={(ref) => {
          const next = resolveSource(readRef(ref), sources);
          const uid = isObject(ref) ? text(ref, 'uid') : '';
          const type = uid.startsWith('$') ? text(asObject(ref), 'type') : (next?.type ?? '');
          onVariable(withSource(variable, ref, familyOf(type) === family));
        }}
      />
      {family === 'prometheus' || family === '' ? (
        <PrometheusQuery {...props} source={source} />
      ) : family === 'loki' || family === 'tempo' ? (
        <LabelQuery {...props} source={source} family={family} />
      ) : family === 'elasticsearch' ? (
        <TermsQuery {...props} />
      ) : family === 'jaeger' || family === 'zipkin' ? (
        <ServiceQuery {...props} />
      ) : (
        <WrittenQuery {...props} />
      )}
      <PatternRow {...props} />
    </fieldset>
  );
}

function WrittenQuery({ variable, onVariable }: VariablePartProps) {
  return (
    <TextRow
      label="Query"
      value={writtenOf(variable)}
      isCode
      onChange={(written) => onVariable(withQuery(variable, written))}
    />
  );
}

function TermsQuery(props: VariablePartProps) {
  const { variable, onVariable } = props;
  const written = writtenOf(variable);
  const form = readTermsForm(written);
  if (!form) return <WrittenQuery {...props} />;
  const set = (change: Partial<typeof form>): void =>
    onVariable(withQuery(variable, writeTermsForm(written, { ...form, ...change })));
  return (
    <div className={styles['third']}>
      <Choose
        label="Asks for"
        value={form.find}
        choices={[
          { value: 'terms', label: 'Values of a field' },
          { value: 'fields', label: 'Names of fields' },
        ]}
        onChange={(find) => set({ find: find === 'fields' ? 'fields' : 'terms' })}
      />
      {form.find === 'terms' && (
        <>
          <TextRow label="Field" value={form.field} isCode onChange={(field) => set({ field })} />
          <TextRow
            label="Of documents that match"
            placeholder="*"
            value={form.query}
            isCode
            onChange={(query) => set({ query })}
          />
        </>
      )}
    </div>
  );
}

function ServiceQuery({ variable, onVariable }: VariablePartProps) {
  const query = asObject(variable['query']);
  const isOperations = /operation/i.test(writtenOf(variable));
  const set = (asked: string, service: string): void =>
    onVariable({ ...variable, query: { ...query, query: asked, service }, definition: asked });
  return (
    <div className={styles['pair']}>
      <Choose
        label="Asks for"
        value={isOperations ? 'operations' : 'services'}
        choices={[
          { value: 'services', label: 'Services' },
          { value: 'operations', label: 'Operations of a service' },
        ]}
        onChange={(asked) => set(asked, text(query, 'service'))}
      />
      {isOperations && (
        <TextRow
          label="Service"
          placeholder="$service"
          value={text(query, 'service')}
          isCode
          onChange={(service) => set('operations', service)}
        />
      )}
    </div>
  );
}
