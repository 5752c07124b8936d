// SPDX-License-Identifier: Apache-2.0
// The frame of pages and of the boxes on them.
import type { ReactNode } from 'react';
import { classNames } from '@/base/class_names';
import styles from './card.module.css';

interface PageProps {
  title: string;
  /** A sentence or a summary under the title. */
  summary?: ReactNode;
  /** Stays beside the title where the other actions go below it. */
  titleAction?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

export function Page(props: PageProps) {
  const { title, summary, titleAction, actions, children } = props;
  return (
    <div className={styles['page']}>
      <header className={styles['pageHead']}>
        <div className={styles['pageTitle']}>
          <h1>{title}</h1>
          {/* One that is still to come has its line already, so that nothing moves when it does. */}
          {'summary' in props && <div className={styles['summary']}>{summary || '\u00a0'}</div>}
        </div>
        {titleAction}
        {actions && <div className={styles['pageActions']}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

interface CardProps {
  title?: ReactNode;
  note?: ReactNode;
  actions?: ReactNode;
  isPadded?: boolean;
  className?: string | undefined;
  /** Without it only the head is drawn. */
  children?: ReactNode;
}

export function Card({ title, note, actions, isPadded = false, className, children }: CardProps) {
  return (
    <section className={classNames(styles['card'], className)}>
      {(title || actions) && (
        <header className={styles['cardHead']}>
          <h2 className={styles['cardTitle']}>{title}</h2>
          {note && <span className={styles['note']}>{note}</span>}
          {actions && <div className={styles['cardActions']}>{actions}</div>}
        </header>
      )}
      {children != null && <div className={classNames(isPadded && styles['padded'])}>{children}</div>}
    </section>
  );
}

/** A figure with its name, and below it what explains it. */
export function Figure({
  name,
  value,
  detail,
  children,
}: {
  name: string;
  value: ReactNode;
  detail?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <div className={styles['figure']}>
      <div className={styles['figureName']}>{name}</div>
      <div className={styles['figureValue']}>{value}</div>
      {detail && <div className={styles['figureDetail']}>{detail}</div>}
      {children}
    </div>
  );
}

/** Names and values in two columns. */
export function Facts({ facts }: { facts: readonly [string, ReactNode][] }) {
  return (
    <dl className={styles['facts']}>
      {facts.map(([name, value]) => (
        <div key={name} className={styles['fact']}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
