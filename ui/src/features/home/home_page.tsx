// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { statusQuery } from '@/api/queries';
import { durationMs } from '@/base/brand';
import { lastOf } from '@/model/time_range';
import { Page } from '@/widgets/card';
import { TimeControls } from '@/widgets/time_controls';
import { usePageTime } from '@/widgets/url_state';
import { Attention } from './attention';
import { HealthFigures } from './health_figures';
import { HomeBoards } from './home_boards';
import { HomeCharts } from './home_charts';
import { SendData } from './send_data';
import { useStatusReadings } from './status_readings';

const halfHour = lastOf(durationMs(1_800_000));

export function HomePage() {
  const status = useQuery(statusQuery());
  const add = useStatusReadings((readings) => readings.add);
  const time = usePageTime(halfHour);
  useEffect(() => {
    if (status.data) add(status.data, status.dataUpdatedAt);
  }, [status.data, status.dataUpdatedAt, add]);
  return (
    <Page title="Home" actions={<TimeControls time={time} />}>
      <HealthFigures status={status.data} error={status.error} />
      <Attention />
      <HomeBoards />
      <HomeCharts time={time} />
      <SendData status={status.data} />
    </Page>
  );
}
