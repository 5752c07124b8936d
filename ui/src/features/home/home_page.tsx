// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { arrivalsQuery } from '@/api/arrivals_queries';
import { statusQuery } from '@/api/queries';
import { durationMs } from '@/base/brand';
import { lastOf } from '@/model/time_range';
import { Page } from '@/widgets/card';
import { DeployCard } from '@/widgets/query/deploy_card';
import { ObjectiveCard } from '@/widgets/query/objective_card';
import { TimeControls } from '@/widgets/time_controls';
import { usePageTime } from '@/widgets/url_state';
import { ArrivalList } from './arrival_list';
import { ArrivalsNote } from './arrivals_note';
import { Attention } from './attention';
import { HealthFigures } from './health_figures';
import { HomeBoards } from './home_boards';
import { HomeCharts } from './home_charts';
import { ServiceHealth } from './service_health';
import { SendData } from './send_data';
import { useStatusReadings } from './status_readings';
import styles from './home.module.css';

const halfHour = lastOf(durationMs(1_800_000));

export function HomePage() {
  const status = useQuery(statusQuery());
  const add = useStatusReadings((readings) => readings.add);
  const time = usePageTime(halfHour);
  const arrivals = useQuery(arrivalsQuery(10_000));
  useEffect(() => {
    if (status.data) add(status.data, status.dataUpdatedAt);
  }, [status.data, status.dataUpdatedAt, add]);
  // Nothing came in this run of the server, and nothing is there from an earlier one.
  const isFresh = arrivals.data?.arrivals.length === 0 && (status.data?.storage.blocks ?? 1) === 0;
  return (
    <Page title="Home" actions={<TimeControls time={time} />}>
      <HealthFigures status={status.data} error={status.error} />
      <div className={styles['columns']}>
        <Attention />
        <ServiceHealth time={time} />
        <ObjectiveCard limit={6} />
        <DeployCard limit={6} />
      </div>
      {isFresh && (
        <>
          <SendData />
          <ArrivalList />
        </>
      )}
      <HomeBoards />
      <HomeCharts time={time} />
      {!isFresh && <ArrivalsNote />}
    </Page>
  );
}
