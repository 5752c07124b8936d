// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { ApiError } from '@/api/http';
import { statusQuery } from '@/api/queries';
import { timestampMs } from '@/base/brand';
import { formatDateTime } from '@/base/time_format';
import { usePreferences } from '@/widgets/preferences';
import { Notice } from '@/widgets/states';
import styles from './shell.module.css';

/** What concerns every page: the server is away, or runs with an older configuration than its files. */
export function ServerNotices() {
  const { data, error } = useQuery(statusQuery());
  const zone = usePreferences((p) => p.zone);
  if (error instanceof ApiError && error.errorType === 'unreachable' && data) {
    return (
      <div className={styles['notices']}>
        <Notice tone="bad" title="Signalbox does not answer.">
          What you see is from before; the page tries again every few seconds.
        </Notice>
      </div>
    );
  }
  if (!data || data.configReload.ok) return null;
  const at = Date.parse(data.configReload.time);
  return (
    <div className={styles['notices']}>
      <Notice tone="warn" title="The last reload of the configuration failed; the one before stays in effect.">
        <code>{data.configReload.error}</code>
        {at > 0 && <> ({formatDateTime(timestampMs(at), zone)})</>}
      </Notice>
    </div>
  );
}
