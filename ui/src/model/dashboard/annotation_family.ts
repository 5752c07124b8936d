// SPDX-License-Identifier: Apache-2.0
// Which kind of question an annotation's data source answers.
import { familyOf, grafanaUid, type KnownSource } from './datasource_ref';

export type Family = 'own' | 'prometheus' | 'loki' | 'other' | 'none';

export function annotationFamily(source: KnownSource | null): Family {
  if (!source) return 'none';
  if (source.uid === grafanaUid || source.type === 'grafana') return 'own';
  const family = familyOf(source.type);
  return family === 'prometheus' || family === 'loki' ? family : 'other';
}
