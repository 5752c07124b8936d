// SPDX-License-Identifier: Apache-2.0
// The loaded lines as a file: CSV for spreadsheets, JSON lines for tools.
import { toCsv } from '@/base/csv';
import { fieldsOf, type LogLine } from '@/model/log_lines';

function save(name: string, type: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

export function saveAsCsv(lines: readonly LogLine[]): void {
  const names = [...new Set(lines.flatMap((line) => Object.keys({ ...line.stream, ...line.metadata })))].sort();
  const rows = lines.map((line) => [
    new Date(line.time).toISOString(),
    line.timeNs,
    line.line,
    ...names.map((name) => line.stream[name] ?? line.metadata[name] ?? ''),
  ]);
  save('logs.csv', 'text/csv', toCsv([['time', 'time_ns', 'line', ...names], ...rows]));
}

export function saveAsJsonLines(lines: readonly LogLine[]): void {
  const text = lines
    .map((line) =>
      JSON.stringify({
        time_ns: line.timeNs,
        line: line.line,
        fields: Object.fromEntries(fieldsOf(line).map((field) => [field.name, field.value])),
      }),
    )
    .join('\n');
  save('logs.jsonl', 'application/x-ndjson', `${text}\n`);
}
