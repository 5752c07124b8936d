// SPDX-License-Identifier: Apache-2.0
// Columns: which are shown, in which order, under which names.
import { ArrowDown, ArrowUp, Eye, EyeOff, GripVertical } from 'lucide-react';
import { moved } from '@/base/lists';
import { organizedColumns, withOrder, withRename, withShown } from '@/model/dashboard/editing/transformations';
import { IconButton } from '@/widgets/button';
import { TextField } from '@/widgets/fields';
import type { OwnOptionsProps } from './transform_options';
import styles from './editing.module.css';

const dragType = 'application/x-signalbox-column';

export function OrganizeOptions({ options, names, onChange }: OwnOptionsProps) {
  const columns = organizedColumns(options, names);
  const move = (from: number, to: number): void =>
    onChange(
      withOrder(
        options,
        moved(
          columns.map((one) => one.name),
          from,
          to,
        ),
      ),
    );
  if (columns.length === 0) return <span className={styles['help']}>Fields are listed here once there is data.</span>;
  return (
    <div className={styles['columns']} role="group" aria-label="Fields">
      {columns.map((one, index) => (
        <div
          key={one.name}
          className={styles['columnRow']}
          data-off={!one.isShown || undefined}
          onDragOver={(event) => event.dataTransfer.types.includes(dragType) && event.preventDefault()}
          onDrop={(event) => {
            // The card below is moved by another type.
            const from = event.dataTransfer.getData(dragType);
            if (from !== '') move(Number(from), index);
          }}
        >
          <span
            className={styles['grip']}
            draggable
            aria-hidden
            onDragStart={(event) => {
              event.dataTransfer.setData(dragType, String(index));
              event.stopPropagation();
            }}
          >
            <GripVertical />
          </span>
          <IconButton
            label={one.isShown ? `Hide ${one.name}` : `Show ${one.name}`}
            onClick={() => onChange(withShown(options, one.name, !one.isShown))}
          >
            {one.isShown ? <Eye /> : <EyeOff />}
          </IconButton>
          <span className={styles['columnName']} title={one.isThere ? one.name : `${one.name}: not in the data`}>
            {one.name}
            {!one.isThere && <span className={styles['help']}> (not in the data)</span>}
          </span>
          <TextField
            label={`New name of ${one.name}`}
            placeholder="new name"
            value={one.rename}
            onChange={(rename) => onChange(withRename(options, one.name, rename))}
          />
          <IconButton label={`Move ${one.name} up`} disabled={index === 0} onClick={() => move(index, index - 1)}>
            <ArrowUp />
          </IconButton>
          <IconButton
            label={`Move ${one.name} down`}
            disabled={index === columns.length - 1}
            onClick={() => move(index, index + 1)}
          >
            <ArrowDown />
          </IconButton>
        </div>
      ))}
    </div>
  );
}
