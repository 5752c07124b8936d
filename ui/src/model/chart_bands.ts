// SPDX-License-Identifier: Apache-2.0
// Bands of what is usual, put to the lines of a chart that they belong to.
import type { BandSeries } from '@/api/queries';
import type { ChartBand, ChartData } from './chart_data';
import { labelPairs } from './series_name';

const key = (labels: Record<string, string>): string => JSON.stringify(labelPairs(labels));

export function chartBands(chart: ChartData, bands: readonly BandSeries[]): ChartBand[] {
  const known = new Map(bands.map((band) => [key(band.metric), band.points]));
  return chart.series.flatMap((series) => {
    const points = known.get(key(series.labels));
    return points === undefined ? [] : [{ seriesId: series.id, points }];
  });
}

/** The range of values with the bands in it. */
export function withBands(
  bands: readonly ChartBand[],
  min: number | null,
  max: number | null,
): [number | null, number | null] {
  let [low, high] = [min ?? Infinity, max ?? -Infinity];
  for (const band of bands)
    for (const [, lower, , upper] of band.points) [low, high] = [Math.min(low, lower), Math.max(high, upper)];
  return low > high ? [min, max] : [low, high];
}
