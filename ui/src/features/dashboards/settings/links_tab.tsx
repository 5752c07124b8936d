// SPDX-License-Identifier: Apache-2.0
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { replaced } from '@/base/lists';
import { linkNotes, linkProblem, linkSummary, linkTypeOf, newLink, type LinkType } from '@/model/dashboard/edit_link';
import { listOf, withList } from '@/model/dashboard/edit_list';
import { text, type JsonObject } from '@/model/dashboard/json';
import { Button } from '@/widgets/button';
import { Menu } from '@/widgets/menu';
import { Empty } from '@/widgets/states';
import { LinkIcon } from '../link_icon';
import { LinkForm } from './link_form';
import { firstSelected, ListTab } from './list_tab';
import type { ListedItem } from './ordered_list';
import type { TabProps } from './tab_props';
import styles from './settings.module.css';

const itemOf = (raw: JsonObject): ListedItem => {
  const problem = linkProblem(raw);
  const isByTags = linkTypeOf(raw) === 'dashboards';
  return {
    name: text(raw, 'title') || text(raw, 'url'),
    before: (
      <span className={styles['icon']}>
        <LinkIcon name={isByTags ? 'dashboard' : text(raw, 'icon')} />
      </span>
    ),
    made: linkSummary(raw),
    note: problem ?? linkNotes(raw),
    tone: problem ? 'bad' : undefined,
  };
};

export function LinksTab({ raw, onRaw }: TabProps) {
  const list = listOf(raw, 'links');
  const [selected, setSelected] = useState(() => firstSelected(list.length));
  const setList = (next: readonly JsonObject[]): void => onRaw(withList(raw, 'links', next));
  const add = (type: LinkType): void => {
    setList([...list, newLink(type)]);
    setSelected(list.length);
  };
  const link = selected === null ? undefined : list[selected];
  return (
    <ListTab
      what="links"
      list={list}
      items={list.map(itemOf)}
      selected={selected}
      onSelect={setSelected}
      onList={setList}
      duplicate={(one) => ({ ...one, title: `${text(one, 'title')} copy` })}
      add={
        <Menu
          align="start"
          trigger={<Button icon={<Plus />}>Add link</Button>}
          items={[
            { label: 'To an address', onSelect: () => add('link') },
            { label: 'To the dashboards with tags', onSelect: () => add('dashboards') },
          ]}
        />
      }
      empty={
        <Empty title="No links yet">
          A link stands above the panels: a runbook, a repository, the other dashboards of a team.
        </Empty>
      }
      form={
        link && selected !== null ? (
          <LinkForm
            key={selected}
            raw={raw}
            index={selected}
            link={link}
            onLink={(next) => setList(replaced(list, selected, next))}
          />
        ) : null
      }
    />
  );
}
