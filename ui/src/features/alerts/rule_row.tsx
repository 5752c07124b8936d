// SPDX-License-Identifier: Apache-2.0
import { ChartLine, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { Rule } from '@/api/status_types';
import { classNames } from '@/base/class_names';
import { humanDuration } from '@/base/duration';
import { plural } from '@/base/number_format';
import { Badge } from '@/widgets/badge';
import { CopyButton } from '@/widgets/copy_button';
import { LabelChips } from '@/widgets/label_chips';
import { PromqlText } from '@/widgets/promql_text';
import { AlertCard, stateTone } from './alert_card';
import styles from './alerts.module.css';

function ruleState(rule: Rule) {
  if (rule.health === 'err') return <Badge tone="bad">failing</Badge>;
  if (rule.health === 'unknown') return <Badge>not evaluated yet</Badge>;
  if (rule.type === 'recording') return <Badge tone="info">recording</Badge>;
  return <Badge tone={stateTone[rule.state]}>{rule.state === 'inactive' ? 'quiet' : rule.state}</Badge>;
}

export function RuleRow({ rule }: { rule: Rule }) {
  const alerts = rule.type === 'alerting' ? (rule.alerts ?? []) : [];
  const [isOpen, setOpen] = useState(false);
  const graph = `/explore?${new URLSearchParams({ 'g0.expr': rule.query, 'g0.tab': 'graph' }).toString()}`;
  return (
    <div className={styles['rule']}>
      <div className={styles['ruleHead']}>
        <button type="button" className={styles['ruleToggle']} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <ChevronRight className={classNames(styles['chevron'], isOpen && styles['open'])} />
          {rule.name}
        </button>
        {ruleState(rule)}
        {alerts.length > 0 && <span className={styles['since']}>{plural(alerts.length, 'alert')}</span>}
        {rule.type === 'alerting' && rule.duration > 0 && (
          <span className={styles['since']}>for {humanDuration(rule.duration * 1000)}</span>
        )}
        <span className={styles['value']}>{humanDuration(rule.evaluationTime * 1000)}</span>
      </div>
      {rule.lastError && <p className={styles['ruleError']}>{rule.lastError}</p>}
      <div className={styles['query']}>
        <PromqlText query={rule.query} />
        <CopyButton text={() => rule.query} label="Copy query" />
        <Link href={graph} className={styles['graphLink']}>
          <ChartLine aria-hidden /> Graph
        </Link>
      </div>
      {isOpen && (
        <div className={styles['ruleMore']}>
          {Object.keys(rule.labels ?? {}).length > 0 && <LabelChips labels={rule.labels ?? {}} />}
          {rule.type === 'alerting' &&
            Object.entries(rule.annotations ?? {}).map(([name, text]) => (
              <p key={name} className={styles['annotation']}>
                <span>{name}</span> {text}
              </p>
            ))}
          {alerts.map((alert) => (
            <AlertCard key={JSON.stringify(alert.labels)} alert={alert} />
          ))}
        </div>
      )}
    </div>
  );
}
