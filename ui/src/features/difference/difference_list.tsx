// SPDX-License-Identifier: Apache-2.0
// Attributes, the most different first; of each the values that differ most, as pairs of bars.
import { Equal } from 'lucide-react';
import { Link } from 'wouter';
import { percent, plural } from '@/base/number_format';
import { differences, type AttributeDifference, type Sides } from '@/model/difference';
import { Empty } from '@/widgets/states';
import styles from './difference.module.css';

interface DifferenceListProps {
  sides: Sides;
  /** "span", "log line". */
  unit: string;
  /** Where the events with this value inside the selection are; null where they cannot be asked for. */
  link: (name: string, value: string) => string | null;
}

const shown = 12;

export function DifferenceList({ sides, unit, link }: DifferenceListProps) {
  if (sides.inside.total === 0 || sides.outside.total === 0) {
    const where = sides.inside.total === 0 ? 'the selected time' : 'the time it is compared with';
    return (
      <Empty title={`There is no ${unit} in ${where}`}>
        Choose a longer time, another comparison, or look at everything.
      </Empty>
    );
  }
  const found = differences(sides);
  return (
    <>
      <p className={styles['legend']}>
        <span className={styles['insideMark']} /> selected: {plural(sides.inside.total, unit)}
        <span className={styles['outsideMark']} /> compared with: {plural(sides.outside.total, unit)}
      </p>
      {found.length === 0 ? (
        <Empty icon={<Equal />} title="Nothing is different">
          All attributes are spread in the selection as they are outside of it.
        </Empty>
      ) : (
        <div className={styles['list']}>
          {found.slice(0, shown).map((one) => (
            <Attribute key={one.name} difference={one} link={link} />
          ))}
        </div>
      )}
      {found.length > shown && (
        <p className={styles['legend']}>{plural(found.length - shown, 'less different attribute')}</p>
      )}
    </>
  );
}

function Attribute({ difference, link }: { difference: AttributeDifference; link: DifferenceListProps['link'] }) {
  return (
    <section className={styles['attribute']} aria-label={difference.name}>
      <h3>
        {difference.name} <small>{percent(difference.distance)} different</small>
      </h3>
      <ul>
        {difference.values.map((one) => {
          const href = link(difference.name, one.value);
          return (
            <li key={one.value}>
              <span className={styles['value']} title={one.value}>
                {href ? <Link href={href}>{one.value}</Link> : one.value}
              </span>
              <span className={styles['bars']} aria-hidden>
                <i className={styles['inside']} style={{ width: `${one.inside * 100}%` }} />
                <i className={styles['outside']} style={{ width: `${one.outside * 100}%` }} />
              </span>
              <span className={styles['figures']}>
                {percent(one.inside)} <small>was {percent(one.outside)}</small>
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
