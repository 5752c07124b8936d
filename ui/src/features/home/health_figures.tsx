// SPDX-License-Identifier: Apache-2.0
import { Link } from 'wouter';
import type { SignalboxStatus } from '@/api/status_types';
import { humanDuration } from '@/base/duration';
import { bytes, groupDigits, plural, shortNumber } from '@/base/number_format';
import { ratesOf, shownRate } from '@/model/rates';
import { Figure } from '@/widgets/card';
import { Sparkline } from '@/widgets/sparkline';
import { Notice } from '@/widgets/states';
import { useStatusReadings } from './status_readings';
import styles from './home.module.css';

/** Signalbox itself in five figures. The boxes are there before their values. */
export function HealthFigures({ status, error }: { status: SignalboxStatus | undefined; error: unknown }) {
  const readings = useStatusReadings();
  const rate = status ? shownRate(readings.samples.slice(-13), status.uptimeSeconds) : null;
  const { scrape, storage, ingest } = status ?? {};
  const down = scrape?.targetsDown ?? 0;
  if (!status && error) {
    return (
      <Notice tone="bad" title="The state of Signalbox is not known:">
        {error instanceof Error ? error.message : String(error)}
      </Notice>
    );
  }
  return (
    <div className={styles['figures']}>
      <Link href="/targets" className={styles['figureLink']}>
        <Figure
          name="Targets"
          value={
            scrape ? (
              <>
                {scrape.targetsUp} <small>up</small>{' '}
                {down > 0 && (
                  <span className={styles['bad']}>
                    {down} <small>down</small>
                  </span>
                )}
              </>
            ) : (
              '–'
            )
          }
          detail={scrape ? `in ${plural(scrape.jobs, 'job')}` : ' '}
        >
          <TargetBar up={scrape?.targetsUp ?? 0} down={down} />
        </Figure>
      </Link>
      <Figure
        name="Samples received"
        value={
          rate === null ? (
            '–'
          ) : (
            <>
              {shortNumber(Math.round(rate.perSecond))} <small>{rate.isSinceStart ? '/s since start' : '/s'}</small>
            </>
          )
        }
        detail={
          ingest
            ? `${shortNumber(ingest.samplesTotal)} since start${ingest.rejectedTotal > 0 ? `, ${shortNumber(ingest.rejectedTotal)} rejected` : ''}`
            : ' '
        }
      >
        <Sparkline values={ratesOf(readings.samples)} />
      </Figure>
      <Figure
        name="Active series"
        value={storage ? groupDigits(String(storage.headSeries)) : '–'}
        detail={storage ? plural(storage.blocks, 'block') + ' on disk' : ' '}
      >
        <Sparkline values={readings.series.map((reading) => reading.value)} />
      </Figure>
      <Figure
        name="Disk"
        value={storage ? bytes(storage.diskBytes) : '–'}
        detail={storage ? `${bytes(storage.walBytes)} WAL, keeps ${storage.retention || 'everything'}` : ' '}
      />
      <Link href="/status" className={styles['figureLink']}>
        <Figure
          name="Up for"
          value={status ? humanDuration(status.uptimeSeconds * 1000) : '–'}
          detail={status ? `version ${status.version}` : ' '}
        />
      </Link>
    </div>
  );
}

function TargetBar({ up, down }: { up: number; down: number }) {
  if (up + down === 0) return null;
  return (
    <div className={styles['targetBar']} aria-hidden>
      <span style={{ flexGrow: up }} className={styles['barUp']} />
      {down > 0 && <span style={{ flexGrow: down }} className={styles['barDown']} />}
    </div>
  );
}
