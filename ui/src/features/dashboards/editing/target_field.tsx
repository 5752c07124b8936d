// SPDX-License-Identifier: Apache-2.0
import { Eye, EyeOff, Trash2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { familyOf, readRef, resolveSource, type KnownSource } from '@/model/dashboard/datasource_ref';
import { flag, text, type JsonObject } from '@/model/dashboard/json';
import { Button, IconButton } from '@/widgets/button';
import { PromqlEditor } from '@/widgets/editor/promql_editor';
import { ChoiceField, TextField } from '@/widgets/fields';
import { QueryBuilder } from './query_builder';
import styles from '../dashboards.module.css';

interface TargetFieldProps {
  target: JsonObject;
  panelRef: JsonObject[string];
  sources: readonly KnownSource[];
  onChange: (target: JsonObject) => void;
  onRemove: () => void;
}

export function TargetField({ target, panelRef, sources, onChange, onRemove }: TargetFieldProps) {
  const ref = readRef(target['datasource']) ?? readRef(panelRef);
  const source = resolveSource(ref, sources);
  const family = source ? familyOf(source.type) : 'prometheus';
  const key = family === 'prometheus' || family === 'loki' ? 'expr' : 'query';
  const [written, setWritten] = useState(text(target, key));
  const [mode, setMode] = useState('code');
  useEffect(() => setWritten(text(target, key)), [target, key]);
  const run = (value = written): void => onChange({ ...target, [key]: value });
  const isHidden = flag(target, 'hide');
  return (
    <div className={styles['target']}>
      <div className={styles['targetHead']}>
        <strong>{text(target, 'refId')}</strong>
        <select
          aria-label="Data source"
          value={ref?.uid.startsWith('$') ? ref.uid : (source?.uid ?? '')}
          onChange={(event) => {
            const chosen = sources.find((one) => one.uid === event.target.value);
            onChange({ ...target, datasource: chosen ? { uid: chosen.uid, type: chosen.type } : null });
          }}
        >
          {ref?.uid.startsWith('$') && <option value={ref.uid}>{ref.uid}</option>}
          {sources.map((one) => (
            <option key={one.uid} value={one.uid}>
              {one.name}
            </option>
          ))}
        </select>
        {family === 'prometheus' && (
          <ChoiceField
            label="How to write the query"
            value={mode}
            onChange={setMode}
            choices={[
              { value: 'builder', label: 'Builder' },
              { value: 'code', label: 'Code' },
            ]}
          />
        )}
        <span style={{ marginLeft: 'auto' }} />
        <IconButton
          label={isHidden ? 'Show the query' : 'Hide the query'}
          onClick={() => onChange({ ...target, hide: !isHidden })}
        >
          {isHidden ? <EyeOff /> : <Eye />}
        </IconButton>
        <IconButton label="Remove the query" onClick={onRemove}>
          <Trash2 />
        </IconButton>
      </div>
      {family === 'prometheus' && mode === 'builder' && <QueryBuilder query={written} onChange={run} />}
      {family === 'prometheus' ? (
        <PromqlEditor
          label={`Query ${text(target, 'refId')}`}
          value={written}
          onChange={setWritten}
          onRun={() => run()}
        />
      ) : (
        <TextField
          label={`Query ${text(target, 'refId')}`}
          className="mono"
          value={written}
          onChange={setWritten}
          onBlur={() => run()}
          onKeyDown={(event) => event.key === 'Enter' && run()}
        />
      )}
      <div className={styles['targetHead']}>
        <Button look="primary" onClick={() => run()}>
          Run
        </Button>
        {(family === 'prometheus' || family === 'loki') && (
          <>
            <TextField
              label="Legend"
              placeholder="Legend: {{instance}}"
              value={text(target, 'legendFormat')}
              onChange={(value) => onChange({ ...target, legendFormat: value })}
            />
            <TextField
              label="Least step"
              placeholder="Least step: 15s"
              value={text(target, 'interval')}
              onChange={(value) => onChange({ ...target, interval: value })}
            />
            <select
              aria-label="Format"
              value={text(target, 'format', 'time_series')}
              onChange={(event) => onChange({ ...target, format: event.target.value })}
            >
              <option value="time_series">Series</option>
              <option value="table">Table</option>
              <option value="heatmap">Heat map</option>
            </select>
            <select
              aria-label="Type"
              value={flag(target, 'instant') ? 'instant' : 'range'}
              onChange={(event) =>
                onChange({
                  ...target,
                  instant: event.target.value === 'instant',
                  range: event.target.value === 'range',
                })
              }
            >
              <option value="range">Over the range</option>
              <option value="instant">At the end</option>
            </select>
          </>
        )}
      </div>
    </div>
  );
}
