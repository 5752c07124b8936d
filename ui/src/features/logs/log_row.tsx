// SPDX-License-Identifier: Apache-2.0
import { ChevronRight } from 'lucide-react';
import { classNames } from '@/base/class_names';
import { formatClock, formatDate, type Zone } from '@/base/time_format';
import { parseJson, withoutColors, type LogLine } from '@/model/log_lines';
import { sourceOf } from '@/model/log_source';
import { highlighted } from './highlight';
import { levelColor } from './level_colors';
import styles from './logs.module.css';

export interface RowLook {
  wraps: boolean;
  isPretty: boolean;
  showsDate: boolean;
  /** Characters for the service of each line; 0 leaves it out. */
  sourceWidth: number;
  zone: Zone;
  /** Words to mark, lower case. */
  words: readonly string[];
}

interface LogRowProps {
  line: LogLine;
  look: RowLook;
  isOpen: boolean;
  onToggle: () => void;
}

function text(line: LogLine, isPretty: boolean): string {
  const json = isPretty ? parseJson(line.line) : null;
  return json === null ? withoutColors(line.line) : JSON.stringify(json, null, 2);
}

export function LogRow({ line, look, isOpen, onToggle }: LogRowProps) {
  return (
    <div
      className={classNames(styles['row'], look.sourceWidth > 0 && styles['sourced'], isOpen && styles['open'])}
      role="button"
      tabIndex={0}
      aria-expanded={isOpen}
      onClick={() => window.getSelection()?.isCollapsed !== false && onToggle()}
      onKeyDown={(event) => event.key === 'Enter' && onToggle()}
    >
      <span className={styles['level']} style={{ background: `var(${levelColor(line.level)})` }} title={line.level} />
      <ChevronRight className={styles['chevron']} aria-hidden />
      <time className={styles['time']}>
        {look.showsDate && `${formatDate(line.time, look.zone).slice(5)} `}
        {formatClock(line.time, look.zone, true)}
      </time>
      {look.sourceWidth > 0 && (
        <span className={styles['source']} style={{ width: `${look.sourceWidth}ch` }} title={sourceOf(line)}>
          {sourceOf(line)}
        </span>
      )}
      <span className={classNames(styles['line'], (look.wraps || isOpen || look.isPretty) && styles['wraps'])}>
        {highlighted(text(line, look.isPretty), look.words)}
      </span>
    </div>
  );
}
