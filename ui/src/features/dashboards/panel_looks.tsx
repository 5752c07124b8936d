// SPDX-License-Identifier: Apache-2.0
// Kind, title, unit, thresholds, legend and lines of a panel.
import { at, flag, texts, type JsonObject } from '@/model/dashboard/json';
import { readThresholds, thresholdText } from '@/model/dashboard/threshold_text';
import { commonUnits } from '@/model/dashboard/common_units';
import { panelKinds } from '@/model/dashboard/support';
import { SwitchField, TextField } from '@/widgets/fields';
import { withValue } from './edit_dashboard';
import { SeriesLooks } from './series_looks';
import styles from './dashboards.module.css';

interface PanelLooksProps {
  raw: JsonObject;
  onChange: (raw: JsonObject) => void;
}

export function PanelLooks({ raw, onChange }: PanelLooksProps) {
  const set = (path: string, value: JsonObject[string]): void => onChange(withValue(raw, path, value));
  const read = (path: string, fallback = ''): string => {
    const value = at(raw, path);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : fallback;
  };
  const number = (path: string) => (value: string) =>
    set(path, value.trim() === '' ? undefined : Number.isFinite(Number(value)) ? Number(value) : at(raw, path));
  const field = (label: string, path: string, placeholder = '') => (
    <label className={styles['field']}>
      {label}
      <TextField label={label} placeholder={placeholder} value={read(path)} onChange={(value) => set(path, value)} />
    </label>
  );
  const choice = (label: string, path: string, choices: readonly string[], fallback = '') => (
    <label className={styles['field']}>
      {label}
      <select value={read(path, fallback)} onChange={(event) => set(path, event.target.value)}>
        {choices.map((one) => (
          <option key={one} value={one}>
            {one || '–'}
          </option>
        ))}
      </select>
    </label>
  );
  const calcs = texts(at(raw, 'options.reduceOptions.calcs'));
  const type = read('type');
  const isSeries = type === 'timeseries' || type === 'trend' || type === 'barchart';
  const isValue = ['stat', 'gauge', 'bargauge', 'piechart'].includes(type);
  return (
    <div className={styles['editorSide']}>
      {choice('Kind', 'type', panelKinds)}
      {field('Title', 'title')}
      {field('Description', 'description')}
      {type === 'text' ? (
        <label className={styles['field']}>
          Text
          <textarea value={read('options.content')} onChange={(event) => set('options.content', event.target.value)} />
        </label>
      ) : (
        <>
          <div className={styles['pair']}>
            <label className={styles['field']}>
              Unit
              <TextField
                label="Unit"
                list="units-of-panels"
                value={read('fieldConfig.defaults.unit')}
                onChange={(value) => set('fieldConfig.defaults.unit', value)}
              />
              <datalist id="units-of-panels">
                {commonUnits.map((unit) => (
                  <option key={unit} value={unit} />
                ))}
              </datalist>
            </label>
            <label className={styles['field']}>
              Decimals
              <TextField
                label="Decimals"
                value={read('fieldConfig.defaults.decimals')}
                onChange={number('fieldConfig.defaults.decimals')}
              />
            </label>
            <label className={styles['field']}>
              Min
              <TextField
                label="Min"
                value={read('fieldConfig.defaults.min')}
                onChange={number('fieldConfig.defaults.min')}
              />
            </label>
            <label className={styles['field']}>
              Max
              <TextField
                label="Max"
                value={read('fieldConfig.defaults.max')}
                onChange={number('fieldConfig.defaults.max')}
              />
            </label>
          </div>
          {choice(
            'Colours',
            'fieldConfig.defaults.color.mode',
            ['palette-classic', 'thresholds', 'fixed', 'continuous-GrYlRd', 'continuous-BlYlRd'],
            isSeries ? 'palette-classic' : 'thresholds',
          )}
          <label className={styles['field']}>
            Thresholds
            <TextField
              label="Thresholds"
              placeholder="base green, 80 red"
              defaultValue={thresholdText(raw)}
              onBlur={(event) =>
                set('fieldConfig.defaults.thresholds', { mode: 'absolute', steps: readThresholds(event.target.value) })
              }
              onChange={() => undefined}
            />
          </label>
        </>
      )}
      {isSeries && <SeriesLooks raw={raw} set={set} />}
      {isValue && (
        <label className={styles['field']}>
          Value
          <select
            value={calcs[0] ?? 'lastNotNull'}
            onChange={(event) => set('options.reduceOptions.calcs', [event.target.value])}
          >
            {['lastNotNull', 'mean', 'max', 'min', 'sum', 'first'].map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
      )}
      <SwitchField label="No frame" value={flag(raw, 'transparent')} onChange={(value) => set('transparent', value)} />
    </div>
  );
}
