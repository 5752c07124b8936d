// SPDX-License-Identifier: Apache-2.0
// Expressions over the answers of other queries (data source __expr__): reduce, math, threshold,
// resample is passed through. Series are matched by their labels.
import { field, frame, timeField, valueFields, type Field, type Frame, type Value } from './frame';
import { asList, asObject, numberOr, objects, text, type JsonObject } from './json';
import { reduceValues } from './reduce';

type Token = { kind: 'number'; value: number } | { kind: 'ref'; name: string } | { kind: 'op'; op: string };

const operators: Record<string, [number, (a: number, b: number) => number]> = {
  '||': [1, (a, b) => Number(a !== 0 || b !== 0)],
  '&&': [2, (a, b) => Number(a !== 0 && b !== 0)],
  '==': [3, (a, b) => Number(a === b)],
  '!=': [3, (a, b) => Number(a !== b)],
  '<': [4, (a, b) => Number(a < b)],
  '<=': [4, (a, b) => Number(a <= b)],
  '>': [4, (a, b) => Number(a > b)],
  '>=': [4, (a, b) => Number(a >= b)],
  '+': [5, (a, b) => a + b],
  '-': [5, (a, b) => a - b],
  '*': [6, (a, b) => a * b],
  '/': [6, (a, b) => a / b],
  '%': [6, (a, b) => a % b],
  '**': [7, (a, b) => a ** b],
};

const functions: Record<string, (a: number) => number> = {
  abs: Math.abs,
  round: Math.round,
  ceil: Math.ceil,
  floor: Math.floor,
  log: Math.log,
  is_nan: (a) => Number(Number.isNaN(a)),
};

function tokens(written: string): (Token | { kind: 'open' | 'close' } | { kind: 'call'; name: string })[] {
  const out: (Token | { kind: 'open' | 'close' } | { kind: 'call'; name: string })[] = [];
  const pattern =
    /\s*(?:(\d+(?:\.\d+)?(?:e[+-]?\d+)?)|\$\{([^}]+)\}|\$(\w+)|([a-z_]+)\s*\(|(\*\*|\|\||&&|[=!<>]=|[-+*/%<>()!]))/giy;
  for (let match = pattern.exec(written); match; match = pattern.exec(written)) {
    const [, digits, braced, ref, call, op] = match;
    if (digits !== undefined) out.push({ kind: 'number', value: Number(digits) });
    else if (braced ?? ref) out.push({ kind: 'ref', name: braced ?? ref ?? '' });
    else if (call !== undefined) out.push({ kind: 'call', name: call }, { kind: 'open' });
    else if (op === '(' || op === ')') out.push({ kind: op === '(' ? 'open' : 'close' });
    else if (op !== undefined) out.push({ kind: 'op', op });
  }
  return out;
}

type Evaluate = (get: (ref: string) => number) => number;

/** Precedence climbing; depth is bounded by the text's length. */
export function compileMath(written: string): Evaluate | null {
  const list = tokens(written.slice(0, 2000));
  let at = 0;
  const primary = (): Evaluate => {
    const token = list[at++];
    if (!token) throw new Error('end');
    if (token.kind === 'number') return () => token.value;
    if (token.kind === 'ref') return (get) => get(token.name);
    if (token.kind === 'op' && (token.op === '-' || token.op === '!')) {
      const inner = primary();
      return token.op === '-' ? (get) => -inner(get) : (get) => Number(inner(get) === 0);
    }
    const call = token.kind === 'call' ? functions[token.name] : undefined;
    if (token.kind === 'call') at++;
    if (token.kind !== 'open' && token.kind !== 'call') throw new Error('unexpected');
    const inner = binary(0);
    if (list[at++]?.kind !== 'close') throw new Error('bracket');
    return call ? (get) => call(inner(get)) : inner;
  };
  const binary = (least: number): Evaluate => {
    let left = primary();
    for (let token = list[at]; token?.kind === 'op'; token = list[at]) {
      const rule = operators[token.op];
      if (!rule || rule[0] < least) break;
      at++;
      const right = binary(rule[0] + 1);
      const before = left;
      left = (get) => rule[1](before(get), right(get));
    }
    return left;
  };
  try {
    const made = binary(0);
    return at === list.length && list.length > 0 ? made : null;
  } catch {
    return null;
  }
}

const labelKey = (one: Field): string =>
  JSON.stringify(
    Object.entries(one.labels)
      .filter(([k]) => k !== '__name__')
      .sort(),
  );

function valueFor(ref: string, key: string, row: number, known: ReadonlyMap<string, Frame[]>): number {
  const columns = (known.get(ref) ?? []).flatMap(valueFields);
  const column = columns.find((one) => labelKey(one) === key) ?? (columns.length === 1 ? columns[0] : undefined);
  const value = column ? (column.values.length === 1 ? column.values[0] : column.values[row]) : null;
  return typeof value === 'number' ? value : NaN;
}

function math(written: string, refId: string, known: ReadonlyMap<string, Frame[]>): Frame[] {
  const evaluate = compileMath(written);
  if (!evaluate) throw new Error(`The expression cannot be read: ${written}`);
  const refs = [...written.matchAll(/\$\{?(\w+)/g)].map((match) => match[1] ?? '');
  const widest = refs
    .map((ref) => known.get(ref) ?? [])
    .sort((a, b) => b.length - a.length || (b[0]?.length ?? 0) - (a[0]?.length ?? 0))[0];
  return (widest ?? []).flatMap((of) =>
    valueFields(of).map((one) => {
      const key = labelKey(one);
      const values = one.values.map((_, row): Value => {
        const value = evaluate((ref) => valueFor(ref, key, row, known));
        return Number.isNaN(value) ? null : value;
      });
      const time = timeField(of);
      return frame(refId, [...(time ? [time] : []), { ...field('Value', 'number', values, one.labels) }], 'series');
    }),
  );
}

function compare(type: string, value: number, params: readonly number[]): boolean {
  const [a = 0, b = 0] = params;
  if (type === 'lt') return value < a;
  if (type === 'within_range') return value > a && value < b;
  if (type === 'outside_range') return value < a || value > b;
  return value > a;
}

export function evaluateExpression(raw: JsonObject, refId: string, known: ReadonlyMap<string, Frame[]>): Frame[] {
  const input = text(raw, 'expression');
  const of = (known.get(input.replace(/^\$/, '')) ?? []).filter((one) => one.length > 0);
  switch (text(raw, 'type')) {
    case 'math':
      return math(input, refId, known);
    case 'reduce':
      return of.flatMap((one) =>
        valueFields(one).map((column) => {
          const value = reduceValues(column.values, text(raw, 'reducer', 'mean'));
          const at = timeField(one)?.values.at(-1) ?? null;
          return frame(
            refId,
            [field('Time', 'time', [at]), field('Value', 'number', [value], column.labels)],
            'series',
          );
        }),
      );
    case 'threshold': {
      const evaluator = asObject(objects(raw['conditions'])[0]?.['evaluator']);
      const params = asList(evaluator['params']).map((one) => numberOr(one, 0));
      return of.map((one) => ({
        ...one,
        refId,
        fields: one.fields.map((column) =>
          column.type === 'number'
            ? {
                ...column,
                values: column.values.map((v) =>
                  typeof v === 'number' ? Number(compare(text(evaluator, 'type'), v, params)) : v,
                ),
              }
            : column,
        ),
      }));
    }
    default:
      return of.map((one) => ({ ...one, refId }));
  }
}
