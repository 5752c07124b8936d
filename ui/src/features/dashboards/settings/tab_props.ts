// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '@/model/dashboard/json';

export interface TabProps {
  raw: JsonObject;
  onRaw: (raw: JsonObject) => void;
  /** What keeps the settings from being applied; "" for nothing. */
  onProblem: (problem: string) => void;
}
