// SPDX-License-Identifier: Apache-2.0
import type { Level } from '@/model/log_lines';

const variables: Record<Level, string> = {
  critical: '--level-critical',
  error: '--bad',
  warn: '--warn',
  info: '--level-info',
  debug: '--level-debug',
  trace: '--text-3',
  unknown: '--border-strong',
};

/** The CSS variable of a level's colour. */
export const levelColor = (level: string): string => variables[level as Level] ?? '--border-strong';
