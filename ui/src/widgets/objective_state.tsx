// SPDX-License-Identifier: Apache-2.0
// The state of an objective, or of one of its groups, as a badge.
import type { SloGroup } from '@/api/slo_queries';
import { stateWords } from '@/model/slo_view';
import { Badge, type Tone } from './badge';

const tones: Record<SloGroup['state'], Tone> = { ok: 'good', burning: 'warn', exhausted: 'bad', nodata: 'neutral' };

export function ObjectiveState({ state }: { state: SloGroup['state'] }) {
  return <Badge tone={tones[state] ?? 'neutral'}>{stateWords[state]}</Badge>;
}
