// SPDX-License-Identifier: Apache-2.0
// The status document of the last minutes, kept while the page is open, for rates and small graphs.
import { create } from 'zustand';
import type { SignalboxStatus } from '@/api/status_types';
import { withReading, type Reading } from '@/model/rates';

const kept = 120;

interface StatusReadings {
  samples: Reading[];
  series: Reading[];
  add: (status: SignalboxStatus, at: number) => void;
}

export const useStatusReadings = create<StatusReadings>((set) => ({
  samples: [],
  series: [],
  add: (status, at) =>
    set((old) => ({
      samples: withReading(old.samples, { at, value: status.ingest.samplesTotal }, kept),
      series: withReading(old.series, { at, value: status.storage.headSeries }, kept),
    })),
}));
