// SPDX-License-Identifier: Apache-2.0
// The transformation that adds a column calculated from others.
import { displayName, field, valueFields, type Field, type Frame, type Value } from './frame';
import { asObject, flag, text, texts, type JsonObject } from './json';
import { calculationName, reduceValues } from './reduce';
import { regexOf } from './variable';

const operators: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '**': (a, b) => a ** b,
};

const unary: Record<string, (a: number) => number> = {
  abs: Math.abs,
  exp: Math.exp,
  ln: Math.log,
  floor: Math.floor,
  ceil: Math.ceil,
  round: Math.round,
};

const asNumber = (value: Value | undefined): number | null => (typeof value === 'number' ? value : null);

interface Operand {
  at: (row: number) => number | null;
  name: string;
}

function operand(of: Frame, all: readonly Frame[], given: JsonObject, key: string): Operand {
  const side = given[key];
  const matcher = asObject(asObject(side)['matcher']);
  const written = typeof side === 'string' ? side : text(matcher, 'options') || text(asObject(side), 'fixed');
  const column = of.fields.find((one) => displayName(one, of, all) === written || one.name === written);
  if (column) return { at: (row) => asNumber(column.values[row]), name: written };
  const fixed = Number(written);
  return { at: () => (written !== '' && Number.isFinite(fixed) ? fixed : null), name: written };
}

function binary(of: Frame, all: readonly Frame[], options: JsonObject): Field {
  const given = asObject(options['binary']);
  const operator = text(given, 'operator', '+');
  const left = operand(of, all, given, 'left');
  const right = operand(of, all, given, 'right');
  const apply = operators[operator] ?? operators['+'];
  const values = Array.from({ length: of.length }, (_, row): Value => {
    const a = left.at(row);
    const b = right.at(row);
    return a === null || b === null || !apply ? null : apply(a, b);
  });
  return field(`${left.name} ${operator} ${right.name}`, 'number', values);
}

function chosen(of: Frame, all: readonly Frame[], given: JsonObject): Field[] {
  const names = texts(given['include']);
  const pattern = regexOf(text(given, 'pattern'));
  return valueFields(of).filter((one) => {
    const name = displayName(one, of, all);
    return (names.length === 0 || names.includes(name) || names.includes(one.name)) && (!pattern || pattern.test(name));
  });
}

function acrossRow(of: Frame, all: readonly Frame[], options: JsonObject): Field {
  const given = asObject(options['reduce']);
  const calc = text(given, 'reducer', 'sum');
  const columns = chosen(of, all, given);
  const values = Array.from({ length: of.length }, (_, row) =>
    reduceValues(
      columns.map((one) => one.values[row] ?? null),
      calc,
    ),
  );
  return field(calculationName(calc), 'number', values);
}

/** Running totals and means. */
function cumulative(of: Frame, all: readonly Frame[], options: JsonObject): Field {
  const given = asObject(options['cumulative']);
  const column = of.fields.find((one) => displayName(one, of, all) === text(given, 'field')) ?? valueFields(of)[0];
  let total = 0;
  let count = 0;
  const isMean = text(given, 'reducer') === 'mean';
  const values = (column?.values ?? []).map((value) => {
    if (typeof value === 'number') {
      total += value;
      count++;
    }
    return isMean ? total / Math.max(count, 1) : total;
  });
  return field(`cumulative ${isMean ? 'mean' : 'sum'}(${column?.name ?? ''})`, 'number', values);
}

function windowed(of: Frame, all: readonly Frame[], options: JsonObject): Field {
  const given = asObject(options['window']);
  const column = of.fields.find((one) => displayName(one, of, all) === text(given, 'field')) ?? valueFields(of)[0];
  const size = Number(given['windowSize'] ?? 0.1);
  const length = Math.max(
    text(given, 'windowSizeMode', 'percentage') === 'fixed' ? size : Math.round(size * of.length),
    1,
  );
  const isCentred = text(given, 'windowAlignment') === 'centered';
  const calc = text(given, 'reducer', 'mean');
  const values = (column?.values ?? []).map((_, row, list) => {
    const end = isCentred ? row + Math.floor(length / 2) + 1 : row + 1;
    return reduceValues(list.slice(Math.max(end - length, 0), end), calc);
  });
  return field(`${calc}(${column?.name ?? ''})`, 'number', values);
}

function single(of: Frame, all: readonly Frame[], options: JsonObject): Field {
  const given = asObject(options['unary']);
  const name = text(given, 'fieldName');
  const column = of.fields.find((one) => displayName(one, of, all) === name || one.name === name);
  const apply = unary[text(given, 'operator', 'abs')];
  const values = (column?.values ?? []).map((value) => (typeof value === 'number' && apply ? apply(value) : null));
  return field(`${text(given, 'operator')}(${name})`, 'number', values);
}

export function calculateField(frames: readonly Frame[], options: JsonObject): Frame[] {
  const mode = text(options, 'mode', 'reduceRow');
  return frames.map((of) => {
    const made =
      mode === 'binary'
        ? binary(of, frames, options)
        : mode === 'unary'
          ? single(of, frames, options)
          : mode === 'cumulativeFunctions'
            ? cumulative(of, frames, options)
            : mode === 'windowFunctions'
              ? windowed(of, frames, options)
              : mode === 'index'
                ? field(
                    'Row',
                    'number',
                    Array.from({ length: of.length }, (_, row) => row),
                  )
                : acrossRow(of, frames, options);
    const alias = text(options, 'alias');
    const named = alias ? { ...made, name: alias, displayName: alias } : made;
    const kept = flag(options, 'replaceFields') ? of.fields.filter((one) => one.type === 'time') : of.fields;
    return { ...of, fields: [...kept, named] };
  });
}
