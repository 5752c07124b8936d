// SPDX-License-Identifier: Apache-2.0
import { CircleCheck, TriangleAlert } from 'lucide-react';
import { Link } from 'wouter';
import { plural } from '@/base/number_format';
import type { ImportReport } from '@/model/dashboard/import_report';
import { Card } from '@/widgets/card';
import { Notice } from '@/widgets/states';
import styles from './dashboards.module.css';

export interface Taken {
  name: string;
  report: ImportReport | null;
  problem: string;
  savedUrl: string;
}

/** What became of one file. */
export function ImportCard({ taken }: { taken: Taken }) {
  const { report, problem, savedUrl } = taken;
  return (
    <Card
      title={report?.title ?? taken.name}
      note={taken.name}
      actions={savedUrl ? <Link href={savedUrl}>Open</Link> : undefined}
      isPadded
    >
      {problem && <Notice tone="bad" title={problem} />}
      {report && (
        <>
          <p>
            {savedUrl && (
              <CircleCheck style={{ width: 15, color: 'var(--good)', verticalAlign: -3 }} aria-label="saved" />
            )}{' '}
            {plural(report.panels, 'panel')}, {plural(report.variables, 'variable')}, {report.complete} shown completely
          </p>
          <ul className={styles['report']}>
            {report.lines.map((line) => (
              <li key={line}>
                <TriangleAlert style={{ width: 13, verticalAlign: -2 }} aria-hidden /> {line}
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}
