// SPDX-License-Identifier: Apache-2.0
import { Dialog } from '@/widgets/popup';
import { places } from './navigation';
import styles from './shell.module.css';

const general: readonly [string[], string][] = [
  [['Ctrl', 'K'], 'Search pages and metrics'],
  [['/'], 'Go to the query or the filter'],
  [['R'], 'Refresh'],
  [['Enter'], 'In a query: run it'],
  [['Shift', 'Enter'], 'In a query: new line'],
  [['Ctrl', 'Space'], 'In a query: complete'],
  [['?'], 'This help'],
];

export function ShortcutHelp({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const go = places.flatMap((place): [string[], string][] =>
    place.key ? [[['G', place.key.toUpperCase()], place.name]] : [],
  );
  return (
    <Dialog title="Keys" open={open} onOpenChange={onOpenChange}>
      {/* Scrolled by the keyboard where it does not fit. */}
      <div className={styles['keys']} tabIndex={0} role="group" aria-label="Keys">
        <dl>
          {[...general, ...go].map(([keys, text]) => (
            <div key={text}>
              <dt>
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      </div>
    </Dialog>
  );
}
