// SPDX-License-Identifier: Apache-2.0

/** Numbers that follow each other without a gap. */
export interface Run {
  /** The place of the first in the course. */
  start: number;
  values: number[];
}

/** A course in its unbroken parts: null, NaN and infinities break it. */
export function runsOf(course: readonly (number | null)[]): Run[] {
  const runs: Run[] = [];
  let run: Run | null = null;
  course.forEach((value, i) => {
    if (value === null || !Number.isFinite(value)) {
      run = null;
      return;
    }
    if (run === null) runs.push((run = { start: i, values: [] }));
    run.values.push(value);
  });
  return runs;
}
