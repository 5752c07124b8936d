// SPDX-License-Identifier: Apache-2.0
import { Check } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';
import styles from './overlay.module.css';

export interface MenuItem {
  label: ReactNode;
  icon?: ReactNode;
  isChecked?: boolean;
  isDisabled?: boolean;
  onSelect: () => void;
}

/** A list of actions that opens at a control. */
export function Menu({
  trigger,
  items,
  align = 'end',
  isOpenAtFirst = false,
}: {
  trigger: ReactElement;
  items: MenuItem[];
  align?: 'start' | 'end';
  isOpenAtFirst?: boolean;
}) {
  return (
    // Not modal: that hides the page from screen readers while what is in it can still be reached.
    <DropdownMenu.Root defaultOpen={isOpenAtFirst} modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={styles['menu']} align={align} sideOffset={6} collisionPadding={10}>
          {items.map((item, index) => (
            <DropdownMenu.Item
              key={index}
              className={styles['menuItem']}
              disabled={item.isDisabled ?? false}
              onSelect={item.onSelect}
            >
              <span className={styles['menuIcon']}>{item.isChecked ? <Check /> : item.icon}</span>
              {item.label}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
