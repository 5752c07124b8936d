// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { searchQuery } from '@/api/dashboards';
import { linkIcons, linkProblem, linkTypeOf } from '@/model/dashboard/edit_link';
import { flag, text, type JsonObject } from '@/model/dashboard/json';
import { SwitchField } from '@/widgets/fields';
import { LinkIcon } from '../link_icon';
import { Choose, TextRow } from './field';
import { LinkPreview } from './link_preview';
import { LinkTags } from './link_tags';
import styles from './settings.module.css';

interface LinkFormProps {
  raw: JsonObject;
  index: number;
  link: JsonObject;
  onLink: (link: JsonObject) => void;
}

export interface LinkPartProps {
  link: JsonObject;
  onLink: (link: JsonObject) => void;
}

export function LinkForm({ raw, index, link, onLink }: LinkFormProps) {
  const isByTags = linkTypeOf(link) === 'dashboards';
  const part = { link, onLink };
  const toggle = (key: string, label: string) => (
    <SwitchField label={label} value={flag(link, key)} onChange={(value) => onLink({ ...link, [key]: value })} />
  );
  return (
    <>
      <div className={styles['pair']}>
        <TextRow label="Title" value={text(link, 'title')} onChange={(title) => onLink({ ...link, title })} />
        <Choose
          label="Leads to"
          value={isByTags ? 'dashboards' : 'link'}
          choices={[
            { value: 'link', label: 'an address' },
            { value: 'dashboards', label: 'the dashboards with tags' },
          ]}
          onChange={(type) => onLink({ ...link, type })}
        />
      </div>
      {isByTags ? <LinkTags {...part} /> : <AddressParts {...part} />}
      <div className={styles['row']}>
        {toggle('keepTime', 'Take the time range along')}
        {toggle('includeVars', 'Take the variables along')}
        {toggle('targetBlank', 'In a new tab')}
        {isByTags && toggle('asDropdown', 'As a menu')}
      </div>
      <LinkPreview raw={raw} index={index} />
    </>
  );
}

function AddressParts({ link, onLink }: LinkPartProps) {
  const hits = useQuery(searchQuery()).data ?? [];
  const [isTouched, setTouched] = useState(text(link, 'url') !== '');
  const icon = text(link, 'icon', 'external link');
  return (
    <>
      <TextRow
        label="Address"
        placeholder="https://runbooks.example.com/$service"
        value={text(link, 'url')}
        isCode
        problem={isTouched ? linkProblem(link) : null}
        offers={hits
          .filter((hit) => hit.type === 'dash-db')
          .slice(0, 500)
          .map((hit) => ({ value: hit.url, label: hit.title }))}
        help={
          <>
            Dashboards are offered. Variables are filled in: <code>$name</code>, <code>{'${name:queryparam}'}</code>,{' '}
            <code>{'${__url_time_range}'}</code>, <code>{'${__from}'}</code>.
          </>
        }
        onChange={(url) => {
          setTouched(true);
          onLink({ ...link, url });
        }}
      />
      <div className={styles['pair']}>
        <TextRow
          label="Tooltip"
          placeholder="shown when the pointer is on it"
          value={text(link, 'tooltip')}
          onChange={(tooltip) => onLink({ ...link, tooltip })}
        />
        <div className={styles['field']}>
          <span className={styles['legend']}>Icon</span>
          <div className={styles['icons']} role="group" aria-label="Icon">
            {linkIcons.map((name) => (
              <button
                key={name}
                type="button"
                aria-pressed={name === icon}
                aria-label={name}
                title={name}
                className={styles['iconChoice']}
                onClick={() => onLink({ ...link, icon: name })}
              >
                <LinkIcon name={name} />
              </button>
            ))}
          </div>
        </div>
      </div>
    </>
  );
}
