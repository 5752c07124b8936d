// SPDX-License-Identifier: Apache-2.0
// What a place shows when it has nothing to show yet, nothing at all, or an error.
import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { CSSProperties, ReactNode } from 'react';
import { classNames } from '@/base/class_names';
import { ApiError, errorMessage } from '@/api/http';
import { Button } from './button';
import styles from './states.module.css';

interface EmptyProps {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}

export function Empty({ icon, title, children, actions }: EmptyProps) {
  return (
    <div className={styles['empty']}>
      {icon && <div className={styles['emptyIcon']}>{icon}</div>}
      <h3 className={styles['emptyTitle']}>{title}</h3>
      {children && <div className={styles['emptyText']}>{children}</div>}
      {actions && <div className={styles['actions']}>{actions}</div>}
    </div>
  );
}

/** What to do about it, where the message alone does not say so. */
function adviceFor(error: unknown): string | null {
  if (!(error instanceof ApiError)) return null;
  if (error.status === 401) return 'Sign in again; the session has ended.';
  if (error.status === 403) return 'Your role does not allow this. Ask an administrator of this Signalbox.';
  if (error.status === 429 || error.errorType === 'unavailable') return 'The server is busy. Try again in a moment.';
  if (error.errorType === 'timeout') return 'Ask for a shorter time or for less.';
  if (error.status >= 500) return 'The log of Signalbox says more about the cause.';
  return null;
}

/** The question itself is wrong: asking again would not help. */
export const isMistake = (error: unknown): boolean => error instanceof ApiError && error.status === 400;

export function Failure({ what, error, onRetry }: { what: string; error: unknown; onRetry?: () => void }) {
  const isMissing = error instanceof ApiError && error.status === 404;
  const isRetried = onRetry && !isMistake(error) && !isMissing;
  return (
    <div className={styles['empty']} role="alert">
      <div className={classNames(styles['emptyIcon'], styles['failed'])}>
        <CircleAlert />
      </div>
      <h3 className={styles['emptyTitle']}>
        {isMistake(error)
          ? 'The query has a mistake'
          : isMissing
            ? `${what} does not exist`
            : `${what} could not be loaded`}
      </h3>
      <div className={styles['emptyText']}>{errorMessage(error)}</div>
      {adviceFor(error) && <div className={styles['emptyText']}>{adviceFor(error)}</div>}
      {isRetried && (
        <div className={styles['actions']}>
          <Button onClick={onRetry}>Try again</Button>
        </div>
      )}
    </div>
  );
}

/** Grey bars in the shape of what is coming. */
export function Skeleton({
  lines = 6,
  height = 14,
  style,
  isStill = false,
}: {
  lines?: number;
  height?: number;
  style?: CSSProperties;
  /** One of many: what moves costs every frame. */
  isStill?: boolean;
}) {
  return (
    <div
      className={styles['skeleton']}
      data-still={isStill || undefined}
      style={style}
      role="status"
      aria-label="Loading"
    >
      {Array.from({ length: lines }, (_, i) => (
        <div key={i} className={styles['bar']} style={{ height, width: `${96 - ((i * 37) % 42)}%` }} />
      ))}
    </div>
  );
}

const noticeIcon = { info: <Info />, warn: <TriangleAlert />, bad: <CircleAlert />, good: <CircleCheck /> };

interface NoticeProps {
  tone: 'info' | 'warn' | 'bad' | 'good';
  title?: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
}

export function Notice({ tone, title, children, actions }: NoticeProps) {
  return (
    <div className={classNames(styles['notice'], styles[tone])} role={tone === 'bad' ? 'alert' : 'status'}>
      <span className={styles['noticeIcon']}>{noticeIcon[tone]}</span>
      <div className={styles['noticeText']}>
        {title && <strong>{title}</strong>}
        {children && <div>{children}</div>}
      </div>
      {actions}
    </div>
  );
}
