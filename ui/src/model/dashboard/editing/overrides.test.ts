// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { field, frame } from '../frame';
import { readPanel } from '../import_dashboard';
import type { JsonObject } from '../json';
import { moved } from '@/base/lists';
import { newRow, readMappings, withKind, writeMappings } from './mappings';
import { fits, offeredProperties, propertySpec, shownParts } from './override_properties';
import {
  chosenFields,
  fieldsOf,
  matcherIn,
  matcherText,
  newOverride,
  overridesOf,
  plainFrames,
  withMatcherKind,
  withMatcherOptions,
  withOverrides,
  withoutProperty,
  withProperty,
  withPropertyValue,
} from './overrides';
import { stepsIn, withMode, withNewStep, withSteps } from './thresholds';

const scope = { variables: new Map(), builtIns: new Map() };
const series = (refId: string, name: string, values: number[]) =>
  frame(refId, [field('Time', 'time', [1, 2]), { ...field('Value', 'number', values), displayName: name }], 'series');

describe('overrides', () => {
  const strange: JsonObject = {
    __systemRef: 'hideSeriesFrom',
    matcher: { id: 'byNames', options: { mode: 'exclude', names: ['a'], prefix: 'All except:' }, scope: 'series' },
    properties: [{ id: 'custom.ofAPlugin', value: { deep: [1] }, note: 'kept' }],
  };

  it('keep what is not known, whatever is changed beside it', () => {
    const raw: JsonObject = { type: 'timeseries', fieldConfig: { defaults: { unit: 's' }, overrides: [strange, 7] } };
    const list = overridesOf(raw);
    expect(list).toEqual([strange, 7]);
    expect(withOverrides(raw, list)).toEqual(raw);
    const more = withProperty(strange, 'unit', 'bytes');
    expect(more).toMatchObject(strange.properties ? { __systemRef: 'hideSeriesFrom' } : {});
    const changed = withPropertyValue(more, 1, 'ms');
    expect(changed).toEqual({
      ...strange,
      properties: [...(strange['properties'] as JsonObject[]), { id: 'unit', value: 'ms' }],
    });
    expect(withoutProperty(changed, 1)).toEqual(strange);
    expect(matcherIn(withMatcherKind(strange, 'byType'))).toEqual({ id: 'byType', options: 'number', scope: 'series' });
    expect(withPropertyValue(strange, 0, 1)['properties']).toEqual([
      { id: 'custom.ofAPlugin', value: 1, note: 'kept' },
    ]);
  });

  it('make the field configuration where a panel has none', () => {
    expect(withOverrides({ type: 'stat' }, [newOverride('byName')])).toEqual({
      type: 'stat',
      fieldConfig: { overrides: [{ matcher: { id: 'byName', options: '' }, properties: [] }] },
    });
  });

  it('say which fields of the data they choose, by the names before renaming', () => {
    const panel = readPanel({
      type: 'timeseries',
      fieldConfig: {
        defaults: { unit: 's' },
        overrides: [
          { matcher: { id: 'byName', options: 'reads' }, properties: [{ id: 'displayName', value: 'renamed' }] },
        ],
      },
    });
    const frames = plainFrames([series('A', 'reads', [1, 5]), series('B', 'writes', [2, 50])], panel, scope);
    expect(fieldsOf(frames)).toEqual([
      { name: 'Time', type: 'time' },
      { name: 'reads', type: 'number' },
      { name: 'writes', type: 'number' },
    ]);
    const chosen = (id: string, options: JsonObject[string]) => chosenFields({ id, options }, frames);
    expect(chosen('byName', 'reads')).toEqual(['reads']);
    expect(chosen('byRegexp', '/^r|s$/')).toEqual(['reads', 'writes']);
    expect(chosen('byType', 'time')).toEqual(['Time']);
    expect(chosen('byFrameRefID', 'B')).toEqual(['Time', 'writes']);
    expect(chosen('byValue', { reducer: 'max', op: 'gt', value: 10 })).toEqual(['writes']);
    expect(chosen('byNames', { mode: 'exclude', names: ['Time', 'reads'] })).toEqual(['writes']);
    expect(chosen('byMoon', 1)).toEqual([]);
  });

  it('are told in a few words', () => {
    const told = (id: string, options: JsonObject[string]) => matcherText({ id, options });
    expect(told('byName', 'reads')).toBe('reads');
    expect(told('byType', 'string')).toBe('Text');
    expect(told('byValue', { reducer: 'max', op: 'gt', value: 10 })).toBe('max > 10');
    expect(told('byNames', { names: ['a', 'b'] })).toBe('a, b');
    expect(told('byNames', null)).toBe('');
    expect(matcherText(matcherIn(withMatcherOptions(newOverride('byRegexp'), '/x/')))).toBe('/x/');
  });

  it('offer what the kind of panel heeds, and each property once', () => {
    const offered = (type: string, taken: string[] = []) => offeredProperties(type, taken).map((one) => one.id);
    expect(offered('table')).toContain('custom.width');
    expect(offered('table')).not.toContain('custom.lineWidth');
    expect(offered('timeseries')).toContain('custom.axisPlacement');
    expect(offered('stat', ['unit'])).not.toContain('unit');
  });

  it('show as JSON what an editor cannot hold', () => {
    const holds = (id: string, value: JsonObject[string]): boolean => {
      const spec = propertySpec(id);
      return spec !== undefined && fits(spec, value);
    };
    expect(holds('unit', 'bytes')).toBe(true);
    expect(holds('custom.spanNulls', false)).toBe(true);
    expect(holds('custom.spanNulls', 3_600_000)).toBe(false);
    expect(holds('custom.stacking', { mode: 'normal', group: 'A', more: 1 })).toBe(true);
    expect(holds('custom.cellOptions', { type: 'of-a-plugin' })).toBe(false);
    expect(holds('mappings', {})).toBe(false);
    const stacking = propertySpec('custom.stacking');
    if (stacking?.kind !== 'parts') throw new Error('stacking has parts');
    expect(shownParts(stacking.parts, { mode: 'none' }).map((one) => one.key)).toEqual(['mode']);
    expect(shownParts(stacking.parts, { mode: 'percent' }).map((one) => one.key)).toEqual(['mode', 'group']);
  });

  it('change their order', () => {
    expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a']);
    expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b']);
    expect(moved(['a', 'b'], 0, -1)).toEqual(['a', 'b']);
  });
});

describe('thresholds', () => {
  const given: JsonObject = {
    mode: 'percentage',
    steps: [
      { color: 'green', value: null, state: 'ok' },
      { color: 'red', value: 80 },
    ],
  };

  it('are sorted, keep what is not known, and always have a base', () => {
    const changed = withSteps(given, [...stepsIn(given), { color: 'orange', value: 50 }]);
    expect(changed).toEqual({
      mode: 'percentage',
      steps: [
        { color: 'green', value: null, state: 'ok' },
        { color: 'orange', value: 50 },
        { color: 'red', value: 80 },
      ],
    });
    expect(withSteps({}, [{ color: 'red', value: 1 }])['steps']).toEqual([
      { color: 'green', value: null },
      { color: 'red', value: 1 },
    ]);
    expect(withMode(undefined, 'percentage')).toEqual({
      mode: 'percentage',
      steps: [{ color: 'green', value: null }],
    });
  });

  it('grow above the others in a colour of their own', () => {
    expect(stepsIn(withNewStep(given)).at(-1)).toEqual({ color: 'orange', value: 90 });
    expect(stepsIn(withNewStep(undefined)).at(-1)).toEqual({ color: 'red', value: 80 });
  });
});

describe('value mappings', () => {
  const given: JsonObject[] = [
    {
      type: 'value',
      options: { 10: { text: 'ten', index: 1 }, 2: { text: 'two', color: 'red', icon: 'x', index: 0 } },
    },
    { type: 'range', options: { from: 3, to: null, result: { text: 'many', index: 2 } }, note: 'kept' },
    { id: 1, type: 1, value: 'null', text: 'N/A' },
  ];

  it('come back as they were', () => {
    const ordered = given.slice(0, 2);
    expect(readMappings(ordered).map((row) => (row.kind === 'value' ? row.value : row.kind))).toEqual([
      '2',
      '10',
      'range',
    ]);
    expect(writeMappings(readMappings(ordered))).toEqual(ordered);
    // One of the oldest form has no index: nothing is sorted, and it stays untouched.
    expect(writeMappings(readMappings(given))[2]).toEqual(given[2]);
  });

  it('hold a value twice while somebody types', () => {
    const written = writeMappings([newRow(), newRow(), newRow('special')]);
    expect(written).toEqual([
      { type: 'value', options: { '': { index: 0 } } },
      { type: 'value', options: { '': { index: 1 } } },
      { type: 'special', options: { match: 'null', result: { index: 2 } } },
    ]);
    expect(readMappings(written)).toHaveLength(3);
  });

  it('keep the result when the condition becomes another', () => {
    const [first] = readMappings(given);
    if (!first) throw new Error('no row');
    expect(writeMappings([withKind(first, 'regex')])).toEqual([
      { type: 'regex', options: { pattern: '.*', result: { ...first.result, index: 0 } } },
    ]);
  });
});
