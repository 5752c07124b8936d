// SPDX-License-Identifier: Apache-2.0
import { useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { detectedFieldsQuery, logVectorQuery, type DetectedField } from '@/api/log_queries';
import { sideOfVectors, type ComparedWindows, type Sides } from '@/model/difference';

interface LogSides {
  sides: Sides | null;
  /** How many of the questions are answered, for a machine that needs a while. */
  answered: number;
  asked: number;
  isPending: boolean;
  error: Error | null;
}

const fieldsAtMost = 10;
const valuesAtMost = 40;
const always = ['detected_level', 'service_name'];
/** Fields of every line that say nothing about why it is there. */
const isNoise = /^(flags|observed_timestamp|trace_id|span_id|scope_|telemetry_|process_|severity_|service_instance)/;

function fieldsWorthAsking(fields: readonly DetectedField[]): DetectedField[] {
  return fields
    .filter(({ label, cardinality }) => !always.includes(label) && !isNoise.test(label) && cardinality < 60)
    .sort((a, b) => b.cardinality - a.cardinality)
    .slice(0, fieldsAtMost);
}

function countQuery(selector: string, field: string, parser: string | undefined, seconds: number): string {
  const parse = parser ? ` | ${parser}` : '';
  return `topk(${valuesAtMost}, sum by (${field}) (count_over_time(${selector}${parse} [${seconds}s])))`;
}

/** How the values of labels and fields are spread over the lines inside and outside. */
export function useLogSides(selector: string, { inside, outside }: ComparedWindows): LogSides {
  const window = { startNs: `${Math.floor(inside.fromMs)}000000`, endNs: `${Math.ceil(inside.toMs)}000000` };
  const detected = useQuery(detectedFieldsQuery(selector, window));
  const names = useMemo(
    () => [
      ...always.map((label) => ({ label, parser: undefined as string | undefined })),
      ...fieldsWorthAsking(detected.data?.fields ?? []).map((one) => ({ label: one.label, parser: one.parsers?.[0] })),
    ],
    [detected.data],
  );
  const questions = names.flatMap(({ label, parser }) =>
    [inside, outside].map(({ fromMs, toMs }) =>
      logVectorQuery(
        countQuery(selector, label, parser, Math.max(1, Math.round((toMs - fromMs) / 1000))),
        `${Math.floor(toMs)}000000`,
      ),
    ),
  );
  const results = useQueries({
    queries: questions.map((one) => ({ ...one, enabled: selector !== '' && !detected.isPending })),
  });
  const answers = results.map((one) => one.data);
  const isPending = detected.isPending || results.some((one) => one.isPending);
  const sides = useMemo(() => {
    if (isPending) return null;
    const side = (at: number): Map<string, [string, number][]> =>
      new Map(
        names.map(({ label }, i) => [
          label,
          (answers[i * 2 + at]?.data.result ?? []).map((series): [string, number] => [
            series.metric[label] ?? '',
            Number(series.value?.[1] ?? 0),
          ]),
        ]),
      );
    return { inside: sideOfVectors(side(0)), outside: sideOfVectors(side(1)) };
    // The answers are stable objects of the cache; their list is not.
  }, [isPending, names, ...answers]);
  return {
    sides,
    answered: results.filter((one) => !one.isPending).length,
    asked: results.length,
    isPending,
    error: detected.error ?? results.find((one) => one.error)?.error ?? null,
  };
}
