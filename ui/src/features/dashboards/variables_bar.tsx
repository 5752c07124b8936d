// SPDX-License-Identifier: Apache-2.0
import type { Bound, Scope } from '@/model/dashboard/interpolate';
import type { Dashboard } from '@/model/dashboard/types';
import { AnnotationToggles, hasToggles } from './annotation_toggles';
import { DashboardLinks } from './dashboard_links';
import type { LoadedVariables } from './use_variables';
import { VariableField } from './variable_field';
import styles from './dashboards.module.css';

interface VariablesBarProps {
  dashboard: Dashboard;
  loaded: LoadedVariables | undefined;
  scope: Scope;
  onChange: (name: string, value: string[]) => void;
}

export function VariablesBar({ dashboard, loaded, scope, onChange }: VariablesBarProps) {
  const bound = loaded?.bound ?? new Map<string, Bound>();
  const shown = dashboard.variables.filter((one) => one.hide !== 'variable' && one.type !== 'constant');
  if (shown.length === 0 && dashboard.links.length === 0 && !hasToggles(dashboard)) return null;
  return (
    <div className={styles['bar']} role="group" aria-label="Variables">
      {shown.map((variable) => (
        <VariableField
          key={variable.name}
          bound={bound.get(variable.name) ?? { variable, value: variable.current, options: variable.options }}
          problem={loaded?.problems.find((one) => one.name === variable.name)?.message}
          onChange={(value) => onChange(variable.name, value)}
        />
      ))}
      {hasToggles(dashboard) && <AnnotationToggles dashboard={dashboard} scope={scope} />}
      <span className={styles['links']}>
        <DashboardLinks dashboard={dashboard} bound={bound} scope={scope} />
      </span>
    </div>
  );
}
