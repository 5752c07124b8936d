// SPDX-License-Identifier: Apache-2.0
import { Eye, EyeOff, Plus } from 'lucide-react';
import { useState } from 'react';
import { replaced, without } from '@/base/lists';
import { isBuiltIn } from '@/model/dashboard/annotation_events';
import { namedColor } from '@/model/dashboard/colors';
import {
  annotationNotes,
  annotationProblem,
  annotationSummary,
  duplicatedAnnotation,
  newAnnotation,
} from '@/model/dashboard/edit_annotation';
import { listOf, withList } from '@/model/dashboard/edit_list';
import { flag, text, type JsonObject } from '@/model/dashboard/json';
import { Button } from '@/widgets/button';
import { usePreferences } from '@/widgets/preferences';
import { Empty } from '@/widgets/states';
import { AnnotationForm } from './annotation_form';
import { firstSelected, ListTab } from './list_tab';
import type { ListedItem } from './ordered_list';
import type { TabProps } from './tab_props';
import styles from './settings.module.css';

export function AnnotationsTab({ raw, onRaw }: TabProps) {
  const theme = usePreferences((p) => p.shownTheme);
  const list = listOf(raw, 'annotations');
  const names = list.map((one) => text(one, 'name'));
  const others = (index: number): string[] => without(names, index);
  const [selected, setSelected] = useState(() => firstSelected(list.length));
  const setList = (next: readonly JsonObject[]): void => onRaw(withList(raw, 'annotations', next));
  const items = list.map((one, i): ListedItem => {
    const problem = annotationProblem(one, others(i));
    return {
      name: names[i] ?? '',
      before: <i className={styles['dot']} style={{ background: namedColor(text(one, 'iconColor', 'blue'), theme) }} />,
      made: annotationSummary(one),
      note: problem ?? annotationNotes(one),
      tone: problem ? 'bad' : undefined,
      isOff: !flag(one, 'enable', true),
    };
  });
  const annotation = selected === null ? undefined : list[selected];
  return (
    <ListTab
      what="annotations"
      list={list}
      items={items}
      selected={selected}
      onSelect={setSelected}
      onList={setList}
      duplicate={(one) => duplicatedAnnotation(one, names)}
      isRemovable={(one) => !isBuiltIn(one)}
      moreActions={(index) => {
        const one = list[index] ?? {};
        const isOn = flag(one, 'enable', true);
        return [
          {
            label: isOn ? 'Off at first' : 'On at first',
            icon: isOn ? <EyeOff /> : <Eye />,
            onSelect: () => setList(replaced(list, index, { ...one, enable: !isOn })),
          },
        ];
      }}
      add={
        <Button
          icon={<Plus />}
          onClick={() => {
            setList([...list, newAnnotation(names, null)]);
            setSelected(list.length);
          }}
        >
          Add annotation
        </Button>
      }
      empty={
        <Empty title="No annotation queries yet">
          An annotation draws events over the graphs: a restart, a deploy, a line of a log. Notes that people and
          pipelines write are shown anyway.
        </Empty>
      }
      form={
        annotation && selected !== null ? (
          <AnnotationForm
            key={selected}
            raw={raw}
            index={selected}
            annotation={annotation}
            problem={annotationProblem(annotation, others(selected))}
            onAnnotation={(next) => setList(replaced(list, selected, next))}
          />
        ) : null
      }
    />
  );
}
