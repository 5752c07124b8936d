// SPDX-License-Identifier: Apache-2.0
// Data links of a field: where a click on a value leads.
import { Plus, Trash2 } from 'lucide-react';
import { classNames } from '@/base/class_names';
import { replaced, without } from '@/base/lists';
import { flag, objects, text, type Json } from '@/model/dashboard/json';
import { Button, IconButton } from '@/widgets/button';
import { SwitchField, TextField } from '@/widgets/fields';
import styles from './editing.module.css';

interface LinksFieldProps {
  value: Json | undefined;
  onChange: (value: Json) => void;
}

export function LinksField({ value, onChange }: LinksFieldProps) {
  const links = objects(value);
  return (
    <div className={classNames(styles['steps'], styles['rows'])} role="group" aria-label="Data links">
      {links.map((link, i) => (
        <div key={i} className={styles['link']}>
          <TextField
            label={`Title of link ${i + 1}`}
            placeholder="title"
            value={text(link, 'title')}
            onChange={(title) => onChange(replaced(links, i, { ...link, title }))}
          />
          <TextField
            label={`Address of link ${i + 1}`}
            className="mono"
            placeholder="/d/uid?var-service=${__field.labels.service}"
            value={text(link, 'url')}
            onChange={(url) => onChange(replaced(links, i, { ...link, url }))}
          />
          <SwitchField
            label="New tab"
            value={flag(link, 'targetBlank')}
            onChange={(isNewTab) => onChange(replaced(links, i, { ...link, targetBlank: isNewTab }))}
          />
          <IconButton label={`Remove link ${i + 1}`} onClick={() => onChange(without(links, i))}>
            <Trash2 />
          </IconButton>
        </div>
      ))}
      <div className={styles['row']}>
        <Button icon={<Plus />} onClick={() => onChange([...links, { title: '', url: '' }])}>
          Add link
        </Button>
      </div>
      {links.length > 0 && (
        <span className={styles['help']}>
          In the address: <code>{'${__value.raw}'}</code>, <code>{'${__field.name}'}</code>,{' '}
          <code>{'${__field.labels.NAME}'}</code>, <code>{'${__data.fields.NAME}'}</code>, variables.
          {links.length > 1 && ' The first link is the one of a click.'}
        </span>
      )}
    </div>
  );
}
