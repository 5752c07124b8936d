// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { moved, placeAfterMove } from '@/base/lists';
import { freeName, listOf, withList } from './edit_list';
import {
  definitionOf,
  duplicated,
  nameProblem,
  newVariable,
  settled,
  withAll,
  withChoice,
  withMulti,
  withQuery,
  withText,
  withType,
} from './edit_variable';
import type { JsonObject } from './json';
import { readVariable } from './variable';
import {
  readFilters,
  readLabelForm,
  readPrometheusForm,
  readTermsForm,
  withFilters,
  withoutFilter,
  withPrometheusForm,
  writeLabelForm,
  writePrometheusForm,
  writeTermsForm,
} from './variable_form';
import { renameVariable, unknownNames, usesOfVariables, usesText } from './variable_uses';

const board: JsonObject = {
  title: 'Load of $job',
  templating: {
    enable: true,
    list: [
      { name: 'job', type: 'query', query: 'label_values(up, job)' },
      { name: 'instance', type: 'query', query: { query: 'label_values(up{job="$job"}, instance)', refId: 'x' } },
      { name: 'jobs', type: 'custom', query: 'a,b' },
    ],
  },
  annotations: { list: [{ name: 'Restarts', expr: 'changes(x{job="${job:regex}"}[5m])' }] },
  links: [{ title: 'There', url: '/d/x?var-job=$job' }],
  panels: [
    { id: 1, title: 'One [[job]]', targets: [{ expr: 'up{job=~"$job", i="$instance"} + $missing' }] },
    {
      id: 2,
      title: 'Row',
      type: 'row',
      repeat: 'job',
      panels: [{ id: 3, title: 'In', options: { content: '${job.text}' } }],
    },
    { id: 4, title: 'Other', targets: [{ expr: 'label_replace(up, "a", "$1", "b", "(.*)") + $__interval + $jobs' }] },
  ],
};

describe('lists of the settings', () => {
  it('keeps what stands beside a list and moves items', () => {
    const next = withList(board, 'templating', moved(listOf(board, 'templating'), 2, 0));
    expect(next['templating']).toMatchObject({
      enable: true,
      list: [{ name: 'jobs' }, { name: 'job' }, { name: 'instance' }],
    });
    expect(moved([1, 2, 3], 0, 3)).toEqual([1, 2, 3]);
    expect([0, 1, 2].map((at) => placeAfterMove(at, 2, 0))).toEqual([1, 2, 0]);
    expect([0, 1, 2].map((at) => placeAfterMove(at, 0, 1))).toEqual([1, 0, 2]);
    expect(freeName('job', ['job', 'job2'])).toBe('job3');
  });
});

describe('uses of variables', () => {
  it('finds every form of a reference, repeats too, and no longer names', () => {
    const [job = [], instance = [], jobs = []] = usesOfVariables(board);
    expect(job.map((use) => [use.kind, use.name, use.count])).toEqual([
      ['panel', 'One [[job]]', 2],
      ['row', 'Row', 1],
      ['panel', 'In', 1],
      ['variable', 'instance', 1],
      ['annotation', 'Restarts', 1],
      ['link', 'There', 1],
      ['dashboard', '', 1],
    ]);
    expect(usesText(job)).toBe('2 panels, 1 row, 1 variable, 1 annotation query, 1 link, the title');
    expect(instance.map((use) => use.name)).toEqual(['One [[job]]']);
    expect(jobs.map((use) => use.name)).toEqual(['Other']);
  });

  it('looks into the rows of old dashboards', () => {
    const old: JsonObject = {
      templating: { list: [{ name: 'a', type: 'custom', query: '1' }] },
      rows: [{ title: 'R', repeat: 'a', panels: [{ title: 'P', targets: [{ expr: '$a' }] }] }],
    };
    expect(usesText(usesOfVariables(old)[0] ?? [])).toBe('1 row, 1 panel');
  });

  it('renames with all references and back to the same JSON', () => {
    const there = renameVariable(board, 0, 'service', 'follow');
    expect(JSON.stringify(there)).not.toMatch(/\$job(?!s)|\[\[job\]|\{job[}:.]/);
    expect(there).toMatchObject({
      title: 'Load of $service',
      links: [{ url: '/d/x?var-job=$service' }],
      panels: [{ title: 'One [[service]]' }, { repeat: 'service' }, {}],
    });
    expect(renameVariable(there, 0, 'job', 'follow')).toEqual(board);
    const alone = renameVariable(board, 0, 'service', 'stay');
    expect(listOf(alone, 'templating')[0]?.['name']).toBe('service');
    expect(alone['panels']).toBe(board['panels']);
    expect(unknownNames(alone).map((one) => one.name)).toContain('job');
  });

  it('carries the value of auto along with the name of an interval', () => {
    const raw: JsonObject = { templating: { list: [{ ...newVariable('interval', []), name: 'window' }] } };
    const first = listOf(raw, 'templating')[0] ?? {};
    const before = withList(raw, 'templating', [settled({ ...first, current: {} })]);
    const [after] = listOf(renameVariable(before, 0, 'step', 'follow'), 'templating');
    expect(after).toMatchObject({ name: 'step', current: { text: 'auto', value: '$__auto_interval_step' } });
  });

  it('names references without a variable, but not what the program gives', () => {
    expect(unknownNames(board)).toEqual([{ name: 'missing', uses: 1 }]);
    expect(
      unknownNames({
        __inputs: [{ name: 'DS_MAIN', type: 'datasource' }],
        panels: [
          { datasource: '${DS_MAIN}', targets: [{ expr: 'rate(x[$__rate_interval]) + $interval' }] },
          { targets: [{ expr: '{a="b"} | line_format "{{ $x }}"' }] },
          { repeat: 'gone', targets: [] },
        ],
      }),
    ).toEqual([{ name: 'gone', uses: 1 }]);
  });
});

describe('variables as JSON', () => {
  it('says what is wrong with a name', () => {
    expect(nameProblem('job', ['instance'])).toBeNull();
    for (const bad of ['', 'a-b', 'größe', '12', '__x', 'instance']) {
      expect(nameProblem(bad, ['instance']), bad).not.toBeNull();
    }
  });

  it('makes each kind so that the page reads it', () => {
    for (const type of [
      'query',
      'custom',
      'textbox',
      'constant',
      'interval',
      'datasource',
      'adhoc',
      'switch',
    ] as const) {
      const made = readVariable(newVariable(type, [type]));
      expect([made.name, made.type]).toEqual([`${type}2`, type]);
    }
    expect(newVariable('interval', [])['current']).toEqual({ text: 'auto', value: '$__auto_interval_interval' });
  });

  it('keeps what it does not know when the kind changes, and drops what the old kind meant', () => {
    const query: JsonObject = {
      ...newVariable('query', []),
      name: 'a',
      label: 'A',
      query: 'label_values(x)',
      datasource: { uid: 'p' },
      skipUrlSync: true,
      future: { deep: 1 },
    };
    expect(withType(query, 'custom')).toEqual({
      name: 'a',
      label: 'A',
      hide: 0,
      skipUrlSync: true,
      future: { deep: 1 },
      type: 'custom',
      query: '',
      multi: false,
      includeAll: false,
      options: [],
      current: {},
    });
  });

  it('keeps options and first value of a list in step with its text', () => {
    const made = withText(newVariable('custom', []), 'one : 1, two : 2');
    expect(made['current']).toEqual({ text: 'one', value: '1' });
    expect(made['options']).toEqual([
      { text: 'one', value: '1', selected: true },
      { text: 'two', value: '2', selected: false },
    ]);
    const chosen = withMulti(withChoice(made, ['2'], readVariable(made).options), true);
    expect(chosen['current']).toEqual({ text: ['two'], value: ['2'] });
    expect(withMulti(chosen, false)['current']).toEqual({ text: 'two', value: '2' });
    const all = withChoice(withAll(made, true), ['$__all'], []);
    expect(all['current']).toEqual({ text: 'All', value: '$__all' });
    expect(withAll(all, false)['current']).toEqual({ text: 'one', value: '1' });
    expect(withText(newVariable('textbox', []), 'x')['current']).toEqual({ text: 'x', value: 'x' });
  });

  it('duplicates under a free name', () => {
    expect(duplicated({ name: 'a', x: 1 }, ['a', 'copy_of_a'])).toEqual({ name: 'copy_of_a2', x: 1 });
  });

  it('describes what a variable is made of', () => {
    expect(definitionOf({ type: 'query', query: { label: 'app', stream: '{a="b"}', type: 1 } })).toBe(
      'values of app in {a="b"}',
    );
    expect(definitionOf({ type: 'datasource', query: 'loki', regex: 'prod' })).toBe('loki matching prod');
    expect(definitionOf({ type: 'query', query: {}, definition: 'label_names()' })).toBe('label_names()');
  });
});

describe('forms of variable queries', () => {
  it('reads and writes what Prometheus sources are asked', () => {
    const queries = [
      'label_values(job)',
      'label_values(up{a="x,y"}, job)',
      'label_names(up)',
      'metrics(node_.*)',
      'query_result(sum by (a, b) (rate(x[5m])))',
      'up{a="b"}',
    ];
    for (const query of queries) expect(writePrometheusForm(readPrometheusForm(query))).toBe(query);
    expect(readPrometheusForm('label_values(up, "job")')).toEqual({ kind: 'label_values', label: 'job', match: 'up' });
  });

  it('keeps the form in which a query was written', () => {
    const form = { kind: 'label_values' as const, label: 'job', match: 'up' };
    const text = withPrometheusForm({ name: 'a', query: 'label_values(x)' }, form);
    expect(text).toEqual({ name: 'a', query: 'label_values(up, job)', definition: 'label_values(up, job)' });
    const object = withPrometheusForm({ name: 'a', query: { query: 'x', refId: 'mine', more: 1, label: 'old' } }, form);
    expect(object['query']).toEqual({ query: 'label_values(up, job)', refId: 'mine', more: 1, qryType: 1 });
    expect(withQuery({ query: { query: 'x', refId: 'mine' } }, 'y')['query']).toEqual({ query: 'y', refId: 'mine' });
  });

  it('reads and writes labels of Loki and Tempo', () => {
    const form = { kind: 'label_values' as const, label: 'app', match: '{env="prod"}' };
    const made = writeLabelForm({ name: 'a', query: '' }, form);
    expect(made['query']).toEqual({ refId: 'VariableQuery', type: 1, label: 'app', stream: '{env="prod"}' });
    expect(readLabelForm(made)).toEqual(form);
    const old = writeLabelForm({ query: 'label_values(x)' }, form);
    expect(old['query']).toBe('label_values({env="prod"}, app)');
    expect(readLabelForm(old)).toEqual(form);
    expect(readLabelForm({ query: { type: 0, refId: 'b' } }).kind).toBe('label_names');
  });

  it('reads and writes terms of Elasticsearch and leaves other texts alone', () => {
    const written = writeTermsForm('{"find":"terms","field":"a","size":50}', {
      find: 'terms',
      field: 'host',
      query: 'x',
    });
    expect(JSON.parse(written)).toEqual({ find: 'terms', field: 'host', size: 50, query: 'x' });
    expect(readTermsForm('lucene text')).toBeNull();
  });

  it('takes filters into the value that the page begins with', () => {
    const made = withFilters({ type: 'adhoc', filters: [{ key: 'a', operator: '=', value: '1', condition: '' }] }, [
      { key: 'job', operator: '!=', value: 'x' },
    ]);
    expect(made['filters']).toEqual([{ key: 'job', operator: '!=', value: 'x', condition: '' }]);
    expect(readFilters(made)).toHaveLength(1);
    expect(readVariable(made).current).toEqual(['job|!=|x']);
  });

  it('takes a filter away with all that it holds', () => {
    const [first, second] = [
      { key: 'a', operator: '=', value: '1', condition: 'of a' },
      { key: 'b', operator: '=', value: '2' },
    ];
    expect(withoutFilter({ type: 'adhoc', filters: [first, second] }, 0)['filters']).toEqual([second]);
  });
});
