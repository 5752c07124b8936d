// SPDX-License-Identifier: Apache-2.0
// Lines, stacks and legend of a time series panel.
import { commaList } from '@/base/lists';
import { asObject, at, texts, type JsonObject } from '@/model/dashboard/json';
import { TextField } from '@/widgets/fields';
import styles from '../dashboards.module.css';

interface SeriesLooksProps {
  raw: JsonObject;
  set: (path: string, value: JsonObject[string]) => void;
}

export function SeriesLooks({ raw, set }: SeriesLooksProps) {
  const custom = 'fieldConfig.defaults.custom';
  const read = (path: string, fallback: string): string => {
    const value = at(raw, path);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : fallback;
  };
  const choice = (label: string, path: string, choices: readonly string[]) => (
    <label className={styles['field']}>
      {label}
      <select value={read(path, choices[0] ?? '')} onChange={(event) => set(path, event.target.value)}>
        {choices.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    </label>
  );
  const calcs = texts(asObject(at(raw, 'options.legend'))['calcs']);
  return (
    <>
      <div className={styles['pair']}>
        {choice('Draw', `${custom}.drawStyle`, ['line', 'bars', 'points'])}
        {choice('Stack', `${custom}.stacking.mode`, ['none', 'normal', 'percent'])}
        {choice('Lines', `${custom}.lineInterpolation`, ['linear', 'smooth', 'stepAfter', 'stepBefore'])}
        <label className={styles['field']}>
          Fill in %
          <TextField
            label="Fill"
            value={read(`${custom}.fillOpacity`, '')}
            onChange={(value) =>
              set(`${custom}.fillOpacity`, Number.isFinite(Number(value)) ? Number(value) : undefined)
            }
          />
        </label>
        {choice('Legend', 'options.legend.displayMode', ['list', 'table', 'hidden'])}
        {choice('Legend stands', 'options.legend.placement', ['bottom', 'right'])}
      </div>
      <label className={styles['field']}>
        Legend figures
        <TextField
          label="Legend figures"
          placeholder="mean, max"
          defaultValue={calcs.join(', ')}
          onBlur={(event) => set('options.legend.calcs', commaList(event.target.value))}
          onChange={() => undefined}
        />
      </label>
    </>
  );
}
