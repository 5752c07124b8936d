// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { draftProblem, draftYaml, emptyDraft, parseLabelLines, watched } from './rule_draft';

const draft = { ...emptyDraft, name: 'DiskFull', expr: 'disk_free < 0.1' };

describe('rule draft', () => {
  it('says what is missing', () => {
    expect(draftProblem(emptyDraft)).toMatch(/query/);
    expect(draftProblem({ ...draft, name: ' ' })).toMatch(/Name/);
    expect(draftProblem({ ...draft, for: 'soon' })).toMatch(/duration/);
    expect(draftProblem({ ...draft, labels: 'severity' })).toMatch(/Labels/);
    expect(draftProblem({ ...draft, kind: 'recording', name: 'a b' })).toMatch(/metric/);
    expect(draftProblem(draft)).toBeNull();
    expect(draftProblem({ ...draft, for: '0s' })).toBeNull();
  });

  it('becomes a group whose texts survive', () => {
    const yaml = draftYaml({
      ...draft,
      summary: 'a "full" disk: {{ $labels.instance }}',
      labels: 'severity: page\nteam=db',
    });
    expect(yaml).toContain('name: "DiskFull"');
    expect(yaml).toContain('    for: 5m');
    expect(yaml).toContain('      severity: "page"\n      team: "db"');
    expect(yaml).toContain('      summary: "a \\"full\\" disk: {{ $labels.instance }}"');
    expect(yaml).not.toContain('description');
  });

  it('leaves alerting parts out of a recording rule', () => {
    const yaml = draftYaml({ ...draft, kind: 'recording', name: 'job:x', summary: 'x' });
    expect(yaml).toContain('  - record: "job:x"');
    expect(yaml).not.toMatch(/for:|annotations/);
  });

  it('reads label lines', () => {
    expect(parseLabelLines('a: b\n\n c = "d e" ')).toEqual([
      ['a', 'b'],
      ['c', 'd e'],
    ]);
    expect(parseLabelLines('1x: b')).toBeNull();
  });
});

describe('what a condition watches', () => {
  it('is its left side, with the number it compares with', () => {
    expect(watched('sum(rate(x[5m])) > 0.5')).toEqual({ query: 'sum(rate(x[5m]))', threshold: 0.5 });
    expect(watched('up == 0')).toEqual({ query: 'up', threshold: 0 });
    expect(watched('a > b')).toEqual({ query: 'a > b', threshold: null });
  });
});
