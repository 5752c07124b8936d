// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { mistakeAt, mistakesOf, sloYaml } from './slo_yaml';

describe('the YAML of an objective', () => {
  const spec = {
    name: 'a "b"',
    service: 'shop',
    objective: 99.9,
    window: '30d',
    sli: { ratio: { errors: 'x{code=~"5.."}', total: '' } },
    group_by: ['region'],
    labels: { 'team x': 'yes' },
    alerting: { page: {}, windows: {} },
  };
  const made = sloYaml(spec);

  it('quotes what needs it and leaves out what says nothing', () => {
    expect(made.text).toBe(`slos:
- name: "a \\"b\\""
  service: shop
  objective: 99.9
  window: 30d
  sli:
    ratio:
      errors: "x{code=~\\"5..\\"}"
      total: ""
  group_by: [region]
  labels:
    "team x": "yes"
`);
    expect(made.paths).toHaveLength(12);
  });

  it('leads complaints back to their fields', () => {
    const mistakes = mistakesOf(
      'slo:4:14: too much\nslo:8:15: 1:3: parse error\n  more of it\nslo:12:5: bad name\nelsewhere',
      made.paths,
    );
    expect(mistakeAt(mistakes, 'objective')).toBe('too much');
    expect(mistakeAt(mistakes, 'sli')).toBe('1:3: parse error\n  more of it');
    expect(mistakeAt(mistakes, 'labels')).toBe('bad name\nelsewhere');
    expect(mistakeAt(mistakes, 'name')).toBeNull();
    expect(mistakeAt(mistakesOf('disk full', made.paths), '')).toBe('disk full');
  });
});
