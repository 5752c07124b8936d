// SPDX-License-Identifier: Apache-2.0
// The settings of a dashboard: what is changed in them is one change of the draft, made by Apply and undone
// by Cancel.
import { useMemo, useState } from 'react';
import { plural } from '@/base/number_format';
import { listOf } from '@/model/dashboard/edit_list';
import { differences } from '@/model/dashboard/export_dashboard';
import type { JsonObject } from '@/model/dashboard/json';
import { Button } from '@/widgets/button';
import { ChoiceField } from '@/widgets/fields';
import { Dialog } from '@/widgets/popup';
import { AnnotationsTab } from './annotations_tab';
import { GeneralTab, titleProblem } from './general_tab';
import { JsonTab } from './json_tab';
import { LinksTab } from './links_tab';
import { VariablesTab } from './variables_tab';
import styles from './settings.module.css';

interface SettingsDialogProps {
  raw: JsonObject;
  onChange: (raw: JsonObject) => void;
  onClose: () => void;
}

export function SettingsDialog({ raw, onChange, onClose }: SettingsDialogProps) {
  const [next, setNext] = useState(raw);
  const [tab, setTab] = useState('general');
  const [pending, setPending] = useState('');
  const [isLeaving, setLeaving] = useState(false);
  const changed = useMemo(() => differences(raw, next), [raw, next]);
  const problem = pending || (titleProblem(next) ?? '');
  const hasWork = changed.length > 0 || pending !== '';
  const change = (changedRaw: JsonObject): void => {
    setNext(changedRaw);
    setLeaving(false);
  };
  const leave = (): void => (hasWork ? setLeaving(true) : onClose());
  const apply = (): void => {
    if (changed.length > 0) onChange(next);
    onClose();
  };
  const choices = [
    { value: 'general', label: 'General' },
    { value: 'variables', label: `Variables ${listOf(next, 'templating').length}` },
    { value: 'annotations', label: `Annotations ${listOf(next, 'annotations').length}` },
    { value: 'links', label: `Links ${listOf(next, 'links').length}` },
    { value: 'json', label: 'JSON' },
  ];
  const shared = { raw: next, onRaw: change, onProblem: setPending };
  return (
    <Dialog title="Settings of the dashboard" open onOpenChange={(open) => !open && leave()} placement="tall">
      <div className={styles['tabs']}>
        <ChoiceField
          label="Part of the settings"
          value={tab}
          onChange={(value) => {
            setPending('');
            setTab(value);
          }}
          choices={choices}
        />
      </div>
      <div className={styles['body']}>
        {tab === 'general' && <GeneralTab raw={next} onRaw={change} />}
        {tab === 'variables' && <VariablesTab {...shared} />}
        {tab === 'annotations' && <AnnotationsTab {...shared} />}
        {tab === 'links' && <LinksTab {...shared} />}
        {tab === 'json' && <JsonTab {...shared} />}
      </div>
      <footer className={styles['foot']}>
        <span className={styles['state']} data-tone={problem || isLeaving ? 'bad' : undefined} role="status">
          {isLeaving
            ? 'The changes of these settings would be lost.'
            : problem ||
              (changed.length === 0 ? 'Nothing changed yet.' : `${plural(changed.length, 'change')}, not saved yet.`)}
        </span>
        {isLeaving ? (
          <>
            <Button onClick={onClose}>Throw them away</Button>
            <Button look="primary" onClick={() => setLeaving(false)}>
              Go on
            </Button>
          </>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button look="primary" disabled={problem !== ''} onClick={apply}>
              Apply
            </Button>
          </>
        )}
      </footer>
    </Dialog>
  );
}
