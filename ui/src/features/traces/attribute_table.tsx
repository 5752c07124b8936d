// SPDX-License-Identifier: Apache-2.0
import { Search } from 'lucide-react';
import { Link } from 'wouter';
import type { Attribute } from '@/model/attributes';
import { CopyButton } from '@/widgets/copy_button';
import { Hint } from '@/widgets/hint';
import styles from './traces.module.css';

interface AttributeTableProps {
  title?: string;
  attributes: readonly Attribute[];
  /** Where a search for the value leads; null where none is possible. */
  link: (one: Attribute) => string | null;
}

export function AttributeTable({ title, attributes, link }: AttributeTableProps) {
  if (attributes.length === 0) return null;
  return (
    <section className={styles['spanSection']}>
      {title && (
        <h4>
          {title} <span className={styles['when']}>{attributes.length}</span>
        </h4>
      )}
      <dl className={styles['attributes']}>
        {attributes.map((one) => {
          const target = link(one);
          return (
            <div key={one.key} className={styles['attribute']}>
              <dt title={one.key}>{one.key}</dt>
              <dd data-type={one.type}>
                <span>{one.text}</span>
                <span className={styles['attributeActions']}>
                  {target && (
                    <Hint text="Find traces with this value">
                      <Link href={target} aria-label={`Find traces where ${one.key} is ${one.text}`}>
                        <Search />
                      </Link>
                    </Hint>
                  )}
                  <CopyButton label="Copy the value" text={() => one.text} />
                </span>
              </dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}
