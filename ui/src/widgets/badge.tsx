// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from 'react';
import { classNames } from '@/base/class_names';
import styles from './badge.module.css';

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'neutral';

export function Badge({ tone = 'neutral', children }: { tone?: Tone; children: ReactNode }) {
  return <span className={classNames(styles['badge'], styles[tone])}>{children}</span>;
}

/** A coloured dot; the text for screen readers says what the colour means. */
export function StatusDot({ tone, label }: { tone: Tone; label: string }) {
  return <span className={classNames(styles['dot'], styles[tone])} role="img" aria-label={label} title={label} />;
}
