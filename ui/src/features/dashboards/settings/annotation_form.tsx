// SPDX-License-Identifier: Apache-2.0
import { isBuiltIn } from '@/model/dashboard/annotation_events';
import { annotationFamily } from '@/model/dashboard/annotation_family';
import { withAnnotationSource } from '@/model/dashboard/edit_annotation';
import { flag, text, type JsonObject } from '@/model/dashboard/json';
import { SwitchField } from '@/widgets/fields';
import { ColorField } from '../editing/color_field';
import { AnnotationPreview } from './annotation_preview';
import { EventQuery, OwnQuery } from './annotation_queries';
import { TextRow } from './field';
import { PanelChoice } from './panel_choice';
import { SourceChoice } from './source_choice';
import { useSources } from './use_source';
import styles from './settings.module.css';

export interface AnnotationPartProps {
  annotation: JsonObject;
  onAnnotation: (annotation: JsonObject) => void;
}

interface AnnotationFormProps extends AnnotationPartProps {
  raw: JsonObject;
  index: number;
  problem: string | null;
}

export function AnnotationForm(props: AnnotationFormProps) {
  const { raw, index, annotation, problem, onAnnotation } = props;
  const sourceOf = useSources();
  const family = isBuiltIn(annotation) ? 'own' : annotationFamily(sourceOf(annotation['datasource']));
  const part = { annotation, onAnnotation };
  return (
    <>
      <div className={styles['pair']}>
        <TextRow
          label="Name"
          value={text(annotation, 'name')}
          problem={problem}
          onChange={(name) => onAnnotation({ ...annotation, name })}
        />
        <div className={styles['field']}>
          <span className={styles['legend']}>Colour</span>
          <div>
            <ColorField
              label="Colour"
              value={text(annotation, 'iconColor', 'blue')}
              onChange={(iconColor) => onAnnotation({ ...annotation, iconColor })}
            />
          </div>
        </div>
      </div>
      <div className={styles['row']}>
        <SwitchField
          label="On when the dashboard opens"
          value={flag(annotation, 'enable', true)}
          onChange={(enable) => onAnnotation({ ...annotation, enable })}
        />
        <SwitchField
          label="A switch for it in the bar"
          value={!flag(annotation, 'hide')}
          onChange={(isThere) => onAnnotation({ ...annotation, hide: !isThere })}
        />
      </div>
      <fieldset className={styles['part']}>
        <legend>Events</legend>
        {!isBuiltIn(annotation) && (
          <SourceChoice
            raw={raw}
            value={annotation['datasource']}
            families={['prometheus', 'loki']}
            own="Notes kept by Signalbox"
            onChange={(ref) =>
              onAnnotation(withAnnotationSource(annotation, ref, family, annotationFamily(sourceOf(ref))))
            }
          />
        )}
        {family === 'own' ? <OwnQuery {...part} /> : <EventQuery {...part} isLoki={family === 'loki'} />}
      </fieldset>
      <AnnotationPreview raw={raw} index={index} />
      <PanelChoice {...part} raw={raw} />
    </>
  );
}
