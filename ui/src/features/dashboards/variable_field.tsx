// SPDX-License-Identifier: Apache-2.0
// One variable in the bar: a choice of its options, a text, or filters.
import { Check, ChevronDown } from 'lucide-react';
import { useEffect, useState } from 'react';
import { fuzzySearch } from '@/base/fuzzy';
import type { Bound } from '@/model/dashboard/interpolate';
import { allValue } from '@/model/dashboard/types';
import { Button } from '@/widgets/button';
import { SearchField, TextField } from '@/widgets/fields';
import { Popup } from '@/widgets/popup';
import { FilterField } from './filter_field';
import styles from './dashboards.module.css';

interface VariableFieldProps {
  bound: Bound;
  problem: string | undefined;
  onChange: (value: string[]) => void;
}

const shownMax = 300;

function labelOf({ value, options }: Bound): string {
  if (value.includes(allValue)) return 'All';
  const texts = value.map((one) => options.find((option) => option.value === one)?.text ?? one);
  return texts.length > 3 ? `${texts.slice(0, 2).join(' + ')} + ${texts.length - 2} more` : texts.join(' + ') || 'None';
}

export function VariableField({ bound, problem, onChange }: VariableFieldProps) {
  const { variable } = bound;
  const label = variable.label || variable.name;
  return (
    <span className={styles['variable']} title={variable.description || undefined}>
      {variable.hide !== 'label' && <span className={styles['variableName']}>{label}</span>}
      {variable.type === 'textbox' ? (
        <TextVariable label={label} value={bound.value[0] ?? ''} onChange={(value) => onChange([value])} />
      ) : variable.type === 'adhoc' ? (
        <FilterField label={label} value={bound.value} onChange={onChange} />
      ) : (
        <ChoiceVariable bound={bound} label={label} problem={problem} onChange={onChange} />
      )}
    </span>
  );
}

function TextVariable({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  return (
    <TextField
      label={label}
      value={text}
      onChange={setText}
      onBlur={() => onChange(text)}
      onKeyDown={(event) => event.key === 'Enter' && onChange(text)}
    />
  );
}

function ChoiceVariable({ bound, label, problem, onChange }: VariableFieldProps & { label: string }) {
  const [isOpen, setOpen] = useState(false);
  const [search, setSearch] = useState('');
  const { variable, options, value } = bound;
  const found = (search ? fuzzySearch(options, search, (option) => option.text) : options).slice(0, shownMax);
  const pick = (one: string): void => {
    if (!variable.isMulti) {
      onChange([one]);
      setOpen(false);
      return;
    }
    const chosen = new Set(value.filter((other) => (other === allValue) === (one === allValue)));
    if (!chosen.delete(one)) chosen.add(one);
    onChange(chosen.size > 0 ? [...chosen] : variable.includeAll ? [allValue] : value);
  };
  const row = (text: string, one: string) => (
    <li key={one} role="none">
      <button
        type="button"
        className={styles['option']}
        role="option"
        aria-selected={value.includes(one)}
        onClick={() => pick(one)}
      >
        {value.includes(one) ? <Check /> : <span style={{ width: 14, flex: 'none' }} />}
        <span title={text}>{text}</span>
      </button>
    </li>
  );
  return (
    <Popup
      label={label}
      align="start"
      open={isOpen}
      onOpenChange={(open) => {
        setOpen(open);
        setSearch('');
      }}
      trigger={
        <Button aria-label={`${label}: ${labelOf(bound)}`} icon={undefined}>
          {labelOf(bound)} <ChevronDown aria-hidden style={{ width: 13, height: 13, verticalAlign: -2 }} />
        </Button>
      }
    >
      {options.length > 8 && (
        <div className={styles['optionSearch']}>
          <SearchField label={`Search ${label}`} value={search} onChange={setSearch} autoFocus />
        </div>
      )}
      <ul className={styles['options']} role="listbox" aria-label={label} aria-multiselectable={variable.isMulti}>
        {variable.includeAll && !search && row('All', allValue)}
        {found.map((option) => row(option.text, option.value))}
        {options.length === 0 && (
          <li className={styles['option']} role="option" aria-selected={false} aria-disabled>
            {problem ?? 'The query gives no values.'}
          </li>
        )}
        {options.length > shownMax && (
          <li className={styles['option']} role="option" aria-selected={false} aria-disabled>
            {options.length - shownMax} more: search for them.
          </li>
        )}
      </ul>
    </Popup>
  );
}
