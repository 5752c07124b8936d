// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { emptyForm, formProblem, queryOf } from './traceql_form';

describe('queryOf', () => {
  it('asks for everything when nothing is filled in', () => {
    expect(queryOf(emptyForm)).toBe('{ }');
  });

  it('joins the fields', () => {
    const form = {
      ...emptyForm,
      service: 'shop "1"',
      operation: 'GET /',
      status: 'error' as const,
      minDuration: '20ms',
    };
    expect(queryOf(form)).toBe(
      '{ resource.service.name = "shop \\"1\\"" && name = "GET /" && status = error && duration >= 20ms }',
    );
  });

  it('takes a number sent as text too', () => {
    expect(queryOf({ ...emptyForm, attributes: 'http.status_code=500' })).toBe(
      '{ (.http.status_code = 500 || .http.status_code = "500") }',
    );
  });

  it('keeps scopes, operators and quotes', () => {
    expect(queryOf({ ...emptyForm, attributes: 'span.a>=3 resource.b=~"x.*" c="two words"' })).toBe(
      '{ span.a >= 3 && resource.b =~ "x.*" && .c = "two words" }',
    );
  });
});

describe('formProblem', () => {
  it('names what is wrong', () => {
    expect(formProblem({ ...emptyForm, minDuration: '20' })).toContain('“20”');
    expect(formProblem({ ...emptyForm, attributes: 'novalue' })).toContain('novalue');
    expect(formProblem({ ...emptyForm, minDuration: '1.5s', attributes: 'a=b' })).toBeNull();
  });
});
