// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { field, frame, type Frame } from '../frame';
import { readPanel, readTransformation } from '../import_dashboard';
import { at, type JsonObject } from '../json';
import { transformationStages, transformers } from '../transform';
import { holds, transformSpec, transformSpecs } from './transform_catalog';
import {
  columnsOf,
  groupRule,
  labelsOf,
  newTransformation,
  operandOf,
  operandText,
  organizedColumns,
  refIdsOf,
  shownOptions,
  transformationsOf,
  transformationText,
  withDisabled,
  withGroupRule,
  withOrder,
  withRefIds,
  withRename,
  withShown,
} from './transformations';

const table = (refId: string, columns: Record<string, (string | number | null)[]>): Frame =>
  frame(
    refId,
    Object.entries(columns).map(([name, values]) =>
      field(name, values.every((value) => typeof value === 'string') ? 'string' : 'number', values),
    ),
    'table',
  );

const through = (frames: Frame[], ...steps: JsonObject[]) =>
  transformationStages(frames, steps.map(readTransformation)).map((stage) =>
    stage.map((of) => Object.fromEntries(of.fields.map((one) => [one.displayName ?? one.name, one.values]))),
  );

describe('the catalog of transformations', () => {
  it('names everything that is made here, and nothing else', () => {
    expect(Object.keys(transformers).filter((id) => !transformSpec(id))).toEqual([]);
    expect(transformSpecs.filter((one) => !transformers[one.id])).toEqual([]);
    expect(transformSpec('heatmap')).toBeUndefined();
  });

  it('gives every step a beginning that its fields can show', () => {
    for (const spec of transformSpecs) {
      const { options } = newTransformation(spec.id);
      for (const one of spec.options) {
        expect(holds(one, at(options as JsonObject, one.path)), `${spec.id} ${one.path}`).toBe(true);
      }
    }
  });

  it('shows the options that matter', () => {
    const paths = (options: JsonObject): string[] =>
      shownOptions(transformSpec('calculateField')?.options ?? [], options).map((one) => one.path);
    expect(paths({})).toEqual(['mode', 'reduce.reducer', 'reduce.include', 'alias', 'replaceFields']);
    expect(paths({ mode: 'binary' })).toEqual([
      'mode',
      'binary.left',
      'binary.operator',
      'binary.right',
      'alias',
      'replaceFields',
    ]);
  });
});

describe('transformations', () => {
  it('keep what is not known', () => {
    const strange: JsonObject = { id: 'ofAPlugin', options: { deep: [1] }, topic: 'annotations', note: 'kept' };
    expect(transformationsOf({ transformations: [strange, 7] })).toEqual([strange, 7]);
    expect(withDisabled(withDisabled(strange, true), false)).toEqual(strange);
    expect(withRefIds(withRefIds(strange, ['A', 'B']), [])).toEqual(strange);
    expect(transformationText(strange)).toContain('not known here');
    const panel = readPanel({ type: 'table', transformations: [strange] });
    expect(panel.raw['transformations']).toEqual([strange]);
    expect(panel.unsupported).toEqual(['The transformation "ofAPlugin" is left out.']);
  });

  it('show the data before the first step and after each', () => {
    const steps: JsonObject[] = [
      { id: 'limit', options: { limitField: 2 } },
      { id: 'ofAPlugin', options: {} },
      { id: 'limit', disabled: true, options: { limitField: 1 } },
      { id: 'organize', options: { renameByName: { a: 'b' } } },
    ];
    expect(through([table('A', { a: [1, 2, 3] })], ...steps)).toEqual([
      [{ a: [1, 2, 3] }],
      [{ a: [1, 2] }],
      [{ a: [1, 2] }],
      [{ a: [1, 2] }],
      [{ b: [1, 2] }],
    ]);
  });

  it('may be for some queries only; what the others return passes', () => {
    const frames = [table('A', { a: [1, 2] }), table('B', { b: [3, 4] }), table('C', { c: [5, 6] })];
    const limit = { id: 'limit', options: { limitField: 1 } };
    expect(withRefIds(limit, ['B'])['filter']).toEqual({ id: 'byRefId', options: 'B' });
    const several = withRefIds(limit, ['A', 'B']);
    expect(refIdsOf(several)).toEqual(['A', 'B']);
    expect(through(frames, several)[1]).toEqual([{ a: [1] }, { b: [3] }, { c: [5, 6] }]);
    expect(through(frames, withRefIds(limit, ['C']))[1]).toEqual([{ c: [5] }, { a: [1, 2] }, { b: [3, 4] }]);
    expect(through(frames, withRefIds(limit, ['X']))[1]).toHaveLength(3);
  });

  it('write times as texts', () => {
    const time = frame('A', [field('Time', 'time', [Date.UTC(2026, 10, 7, 14, 5, 9)])]);
    const written = (outputFormat: string) =>
      through([time], { id: 'formatTime', options: { timeField: 'Time', timezone: 'utc', outputFormat } })[1]?.[0]?.[
        'Time'
      ]?.[0];
    expect(written('')).toBe('2026-11-07 14:05:09');
    expect(written('ddd D MMM YY, h:mm A [at] SSS')).toBe('Sat 7 Nov 26, 2:05 PM at 000');
  });

  it('say which columns they made', () => {
    const before = [table('A', { a: [1] })];
    const after = transformationStages(before, [
      readTransformation({ id: 'calculateField', options: { mode: 'index', alias: 'row' } }),
    ])[1] as Frame[];
    expect(columnsOf(after[0] as Frame, after, before).map((one) => [one.name, one.isNew])).toEqual([
      ['a', false],
      ['row', true],
    ]);
    expect(labelsOf([frame('A', [field('v', 'number', [1], { job: 'x', instance: 'y' })])])).toEqual([
      'job',
      'instance',
    ]);
  });

  it('are told in a few words', () => {
    const told = (id: string, options: JsonObject) => transformationText({ id, options });
    expect(told('organize', { excludeByName: { a: true, b: false }, renameByName: { c: 'd' } })).toBe(
      '1 hidden, 1 renamed',
    );
    expect(told('sortBy', { sort: [{ field: 'x', desc: true }] })).toBe('x, largest first');
    expect(
      told('calculateField', { mode: 'binary', binary: { left: 'a', operator: '/', right: { fixed: '2' } } }),
    ).toBe('a / 2');
    expect(
      told('groupBy', {
        fields: { a: { operation: 'groupby' }, b: { operation: 'aggregate', aggregations: ['max'] } },
      }),
    ).toBe('by a, Max of b');
    expect(told('merge', {})).toBe('');
    expect(transformationText(withRefIds({ id: 'merge' }, ['A', 'B']))).toBe('only A, B');
  });
});

describe('options that are more than a field', () => {
  it('organize: order, names and what is hidden', () => {
    const given: JsonObject = { excludeByName: { t: true }, indexByName: { v: 0, j: 1 }, orderByMode: 'kept' };
    const names = ['t', 'j', 'v'];
    expect(organizedColumns(given, names).map((one) => [one.name, one.isShown])).toEqual([
      ['v', true],
      ['j', true],
      ['t', false],
    ]);
    const changed = withOrder(withRename(withShown(given, 't', true), 'v', 'Value'), ['t', 'v', 'j']);
    expect(changed).toEqual({
      excludeByName: {},
      indexByName: { t: 0, v: 1, j: 2 },
      orderByMode: 'kept',
      renameByName: { v: 'Value' },
    });
    expect(through([table('A', { t: [1], j: [2], v: [3] })], { id: 'organize', options: changed })[1]).toEqual([
      { t: [1], Value: [3], j: [2] },
    ]);
    expect(withRename(changed, 'v', '')['renameByName']).toEqual({});
    const including: JsonObject = { includeByName: { a: true } };
    expect(organizedColumns(including, ['a', 'b']).map((one) => one.isShown)).toEqual([true, false]);
    expect(withShown(including, 'b', true)['includeByName']).toEqual({ a: true, b: true });
    expect(organizedColumns({ renameByName: { gone: 'x' } }, ['a']).map((one) => [one.name, one.isThere])).toEqual([
      ['a', true],
      ['gone', false],
    ]);
  });

  it('group by: a rule a field, none where it is left out', () => {
    const grouped = withGroupRule({}, 'job', { operation: 'groupby' });
    const both = withGroupRule(grouped, 'v', { operation: 'aggregate', aggregations: ['max'] });
    expect(groupRule(both, 'v')).toEqual({ operation: 'aggregate', calcs: ['max'] });
    const rows = { job: ['a', 'a', 'b'], v: [1, 5, 2] };
    expect(through([table('A', rows)], { id: 'groupBy', options: both })[1]).toEqual([
      { job: ['a', 'b'], 'v (max)': [5, 2] },
    ]);
    expect(withGroupRule(both, 'v', { operation: null })).toEqual(grouped);
  });

  it('calculations: operands in each form', () => {
    expect([operandText('a'), operandText({ fixed: '2' }), operandText(operandOf('b'))]).toEqual(['a', '2', 'b']);
    expect(operandOf('2.5')).toEqual({ fixed: '2.5' });
    const binary = { left: operandOf('a'), operator: '*', right: operandOf('2') };
    expect(
      through([table('A', { a: [1, 2] })], {
        id: 'calculateField',
        options: { mode: 'binary', binary, alias: 'twice' },
      })[1],
    ).toEqual([{ a: [1, 2], twice: [2, 4] }]);
  });
});
