// SPDX-License-Identifier: Apache-2.0
// Kind, title, unit, thresholds, legend and lines of a panel.
import { at, flag, texts, withValue, type JsonObject } from '@/model/dashboard/json';
import { panelKinds } from '@/model/dashboard/support';
import { SwitchField, TextField } from '@/widgets/fields';
import { ColorModeField } from './color_mode_field';
import { LinksField } from './links_field';
import { MappingsField } from './mappings_field';
import { MoreLooks } from './more_looks';
import { SeriesLooks } from './series_looks';
import { Named } from './small_fields';
import { ThresholdsField } from './thresholds_field';
import { UnitField } from './unit_field';
import styles from '../dashboards.module.css';

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
            <Named name="Unit">
              <UnitField
                label="Unit"
                value={read('fieldConfig.defaults.unit')}
                onChange={(value) => set('fieldConfig.defaults.unit', value)}
              />
            </Named>
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
          {field('No value', 'fieldConfig.defaults.noValue', 'what stands where there is none')}
          <Named name="Colours">
            <ColorModeField
              label="Colours"
              fallback={isSeries ? 'palette-classic' : 'thresholds'}
              value={at(raw, 'fieldConfig.defaults.color')}
              onChange={(value) => set('fieldConfig.defaults.color', value)}
            />
          </Named>
          <Named name="Thresholds">
            <ThresholdsField
              value={at(raw, 'fieldConfig.defaults.thresholds')}
              onChange={(value) => set('fieldConfig.defaults.thresholds', value)}
            />
          </Named>
          <Named name="Value mappings">
            <MappingsField
              value={at(raw, 'fieldConfig.defaults.mappings')}
              onChange={(value) => set('fieldConfig.defaults.mappings', value)}
            />
          </Named>
          <Named name="Data links">
            <LinksField
              value={at(raw, 'fieldConfig.defaults.links')}
              onChange={(value) => set('fieldConfig.defaults.links', value)}
            />
          </Named>
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
      {type !== 'text' && <MoreLooks raw={raw} set={set} />}
      <SwitchField label="No frame" value={flag(raw, 'transparent')} onChange={(value) => set('transparent', value)} />
    </div>
  );
}
