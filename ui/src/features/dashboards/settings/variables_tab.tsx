// SPDX-License-Identifier: Apache-2.0
import { Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { plural } from '@/base/number_format';
import { replaced, without } from '@/base/lists';
import { listOf, withList } from '@/model/dashboard/edit_list';
import {
  definitionOf,
  duplicated,
  kindTitle,
  nameProblem,
  newVariable,
  variableKinds,
} from '@/model/dashboard/edit_variable';
import { text, type JsonObject } from '@/model/dashboard/json';
import {
  appliesEverywhere,
  hasLibraryPanels,
  unknownNames,
  usesOfVariables,
  usesText,
} from '@/model/dashboard/variable_uses';
import { Button } from '@/widgets/button';
import { Menu } from '@/widgets/menu';
import { Empty, Notice } from '@/widgets/states';
import { firstSelected, ListTab } from './list_tab';
import type { ListedItem } from './ordered_list';
import { VariableForm } from './variable_form';
import type { TabProps } from './tab_props';

function useListed(raw: JsonObject): ListedItem[] {
  return useMemo(() => {
    const list = listOf(raw, 'templating');
    const uses = usesOfVariables(raw);
    const mayHide = hasLibraryPanels(raw);
    const names = list.map((one) => text(one, 'name'));
    return list.map((one, i): ListedItem => {
      const used = usesText(uses[i] ?? []);
      const isUsed = used !== '' || appliesEverywhere(one);
      const problem = nameProblem(names[i] ?? '', without(names, i));
      return {
        name: names[i] ?? '',
        after: kindTitle(text(one, 'type', 'query')),
        made: definitionOf(one),
        note:
          problem ??
          (used || (isUsed ? 'reaches every panel' : mayHide ? 'not used outside of library panels' : 'not used')),
        tone: problem ? 'bad' : isUsed ? undefined : 'warn',
        isOff: one['hide'] === 2,
      };
    });
  }, [raw]);
}

export function VariablesTab({ raw, onRaw, onProblem }: TabProps) {
  const list = listOf(raw, 'templating');
  const items = useListed(raw);
  const unknown = useMemo(() => unknownNames(raw), [raw]);
  const [selected, setSelected] = useState(() => firstSelected(list.length));
  const setList = (next: readonly JsonObject[]): void => onRaw(withList(raw, 'templating', next));
  const select = (index: number | null): void => {
    onProblem('');
    setSelected(index);
  };
  const names = list.map((one) => text(one, 'name'));
  const add = (made: JsonObject): void => {
    setList([...list, made]);
    select(list.length);
  };
  const variable = selected === null ? undefined : list[selected];
  return (
    <ListTab
      what="variables"
      list={list}
      items={items}
      selected={selected}
      onSelect={select}
      onList={setList}
      duplicate={(one) => duplicated(one, names)}
      afterRemoval={(index) => {
        const used = usesText(usesOfVariables(raw)[index] ?? []);
        return used && `Still used in ${used}.`;
      }}
      add={
        <Menu
          align="start"
          trigger={<Button icon={<Plus />}>Add variable</Button>}
          items={variableKinds.map((kind) => ({
            label: (
              <>
                {kind.title} – {kind.what}
              </>
            ),
            onSelect: () => add(newVariable(kind.type, names)),
          }))}
        />
      }
      notices={(gone) =>
        unknown
          .filter((one) => one.name !== gone)
          .slice(0, 3)
          .map((one) => (
            <Notice
              key={one.name}
              tone="warn"
              title={`$${one.name} is used in ${plural(one.uses, 'place')} and is not defined.`}
              actions={<Button onClick={() => add(newVariable('query', names, one.name))}>Add it</Button>}
            />
          ))
      }
      empty={
        <Empty title="No variables yet">
          A variable is a choice above the panels: a service, an instance, a window. Queries write it as $name.
        </Empty>
      }
      form={
        variable && selected !== null ? (
          <VariableForm
            key={selected}
            raw={raw}
            index={selected}
            variable={variable}
            onVariable={(next) => setList(replaced(list, selected, next))}
            onRaw={onRaw}
            onProblem={onProblem}
          />
        ) : null
      }
    />
  );
}
