// SPDX-License-Identifier: Apache-2.0
// Switches above the panels for the annotations of a dashboard; the choice stands in the address.
import { TriangleAlert } from 'lucide-react';
import { allAnnotations, isShown } from '@/model/dashboard/annotation_events';
import { namedColor } from '@/model/dashboard/colors';
import type { Scope } from '@/model/dashboard/interpolate';
import type { Dashboard } from '@/model/dashboard/types';
import { Hint } from '@/widgets/hint';
import { SwitchField } from '@/widgets/fields';
import { usePreferences } from '@/widgets/preferences';
import { useUrlParams } from '@/widgets/url_state';
import { useDashboard } from './dashboard_context';
import { annotationPlan, useAnnotations } from './use_marks';
import styles from './dashboards.module.css';

export const hasToggles = (dashboard: Dashboard): boolean => dashboard.annotations.some((one) => !one.isHidden);

export function AnnotationToggles({ dashboard, scope }: { dashboard: Dashboard; scope: Scope }) {
  const { window, sources } = useDashboard();
  const theme = usePreferences((p) => p.shownTheme);
  const [params, change] = useUrlParams();
  const plan = sources.length > 0 ? annotationPlan(dashboard, window, scope, sources, params) : [];
  const answers = useAnnotations(plan);
  return allAnnotations(dashboard.annotations)
    .filter((one) => !one.isHidden)
    .map((one) => {
      const error = answers[plan.findIndex((planned) => planned.annotation === one)]?.error;
      const set = (isOn: boolean): void =>
        change((p) =>
          isOn === one.isEnabled ? p.delete(`note-${one.name}`) : p.set(`note-${one.name}`, isOn ? 'on' : 'off'),
        );
      return (
        <span key={one.name} className={styles['toggle']}>
          <i style={{ background: namedColor(one.color, theme) }} />
          <SwitchField label={one.name} value={isShown(one, params)} onChange={set} />
          {error && (
            <Hint text={error.message}>
              <span className={styles['info']} data-tone="bad" tabIndex={0} role="img" aria-label={error.message}>
                <TriangleAlert />
              </span>
            </Hint>
          )}
        </span>
      );
    });
}
