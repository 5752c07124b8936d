// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import type { SloSubject } from '@/api/slo_queries';
import { percent, shortNumber } from '@/base/number_format';
import { SearchField } from '@/widgets/fields';
import styles from './wizard.module.css';

const keyOfSubject = (one: SloSubject): string => `${one.kind} ${one.service} ${one.journey}${one.operation}`;
const nameOf = (one: SloSubject): string => one.journey || one.operation || one.service;

interface ListProps {
  subjects: readonly SloSubject[];
  chosen: SloSubject | null;
  onChoose: (subject: SloSubject) => void;
}

/** Journeys, services or endpoints, one of which is chosen. */
export function SubjectList({ subjects, chosen, onChoose }: ListProps) {
  const [text, setText] = useState('');
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = subjects.filter((one) => words.every((word) => keyOfSubject(one).toLowerCase().includes(word)));
  return (
    <>
      {subjects.length > 8 && (
        <div className={styles['filter']}>
          <SearchField label="Find" value={text} onChange={setText} />
        </div>
      )}
      <ul className={styles['subjects']}>
        {shown.map((one) => (
          <li key={keyOfSubject(one)}>
            <button
              type="button"
              aria-pressed={chosen !== null && keyOfSubject(one) === keyOfSubject(chosen)}
              onClick={() => onChoose(one)}
            >
              <b>{nameOf(one)}</b>
              {one.kind !== 'service' && <span>{one.service}</span>}
              <span className={styles['subjectFacts']}>
                {shortNumber(one.calls)} calls, {percent(one.availability.sli)} without error
              </span>
            </button>
          </li>
        ))}
        {shown.length === 0 && <li className={styles['said']}>Nothing matches</li>}
      </ul>
    </>
  );
}
