// SPDX-License-Identifier: Apache-2.0
// What the events of an annotation are asked with: a query of metrics or logs, or the tags of notes.
import { expressionOf, isTimeInValue } from '@/model/dashboard/annotation_events';
import { readOwn, withExpression, withOwn } from '@/model/dashboard/edit_annotation';
import { text, withMember } from '@/model/dashboard/json';
import { PromqlEditor } from '@/widgets/editor/promql_editor';
import { SwitchField } from '@/widgets/fields';
import type { AnnotationPartProps } from './annotation_form';
import { Choose, CommaRow, TextRow } from './field';
import styles from './settings.module.css';

export function EventQuery({ annotation, onAnnotation, isLoki }: AnnotationPartProps & { isLoki: boolean }) {
  const set = (key: string) => (value: string) =>
    onAnnotation(withMember(annotation, key, value === '' && annotation[key] === undefined ? undefined : value));
  const expr = expressionOf(annotation);
  const change = (next: string): void => {
    if (next !== expr) onAnnotation(withExpression(annotation, next));
  };
  return (
    <>
      {isLoki ? (
        <TextRow label="LogQL" placeholder='{app="shop"} |= "restarted"' value={expr} isCode onChange={change} />
      ) : (
        <div className={styles['field']}>
          <span className={styles['legend']}>PromQL</span>
          <PromqlEditor label="PromQL" value={expr} onChange={change} onRun={() => undefined} />
          <span className={styles['help']}>
            Samples other than 0 are events; those that follow each other are one, from the first to the last.
          </span>
        </div>
      )}
      <div className={styles['pair']}>
        <TextRow
          label="Title"
          placeholder={isLoki ? 'none' : text(annotation, 'name')}
          value={text(annotation, 'titleFormat')}
          onChange={set('titleFormat')}
        />
        <TextRow
          label="Text"
          placeholder={isLoki ? 'the line' : '{{instance}} of {{job}}'}
          help={
            <>
              <code>{'{{label}}'}</code> is the value of a label.
            </>
          }
          value={text(annotation, 'textFormat')}
          onChange={set('textFormat')}
        />
        <TextRow
          label="Labels as tags"
          placeholder="job, instance"
          value={text(annotation, 'tagKeys')}
          isCode
          onChange={set('tagKeys')}
        />
        {!isLoki && (
          <TextRow
            label="Least step"
            placeholder="15s"
            value={text(annotation, 'step')}
            isCode
            onChange={set('step')}
          />
        )}
      </div>
      {!isLoki && (
        <SwitchField
          label="The value is the time, in milliseconds"
          value={isTimeInValue(annotation)}
          onChange={(isTime) => onAnnotation(withMember(annotation, 'useValueForTime', isTime || undefined))}
        />
      )}
    </>
  );
}

export function OwnQuery({ annotation, onAnnotation }: AnnotationPartProps) {
  const form = readOwn(annotation);
  const set = (change: Partial<typeof form>): void => onAnnotation(withOwn(annotation, change));
  return (
    <>
      <div className={styles['pair']}>
        <Choose
          label="Notes"
          value={form.isByTags ? 'tags' : 'dashboard'}
          choices={[
            { value: 'dashboard', label: 'of this dashboard, and those of no dashboard' },
            { value: 'tags', label: 'with tags, of every dashboard' },
          ]}
          onChange={(kind) => set({ isByTags: kind === 'tags' })}
        />
        <TextRow
          label="At most"
          value={String(form.limit)}
          onChange={(written) => /^\d+$/.test(written) && set({ limit: Number(written) })}
        />
      </div>
      {form.isByTags && (
        <div className={styles['pair']}>
          <CommaRow
            label="Tags"
            placeholder="deploy, service:checkout"
            value={form.tags}
            onChange={(tags) => set({ tags })}
          />
          <Choose
            label="A note has"
            value={form.isAnyTag ? 'any' : 'all'}
            choices={[
              { value: 'all', label: 'all of the tags' },
              { value: 'any', label: 'one of the tags' },
            ]}
            onChange={(which) => set({ isAnyTag: which === 'any' })}
          />
        </div>
      )}
    </>
  );
}
