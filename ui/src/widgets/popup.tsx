// SPDX-License-Identifier: Apache-2.0
// What opens above the page: popups at a control, dialogs in the middle, panels from the side.
import { X } from 'lucide-react';
import { Dialog as RadixDialog, Popover } from 'radix-ui';
import { useRef, type ReactElement, type ReactNode } from 'react';
import { classNames } from '@/base/class_names';
import { IconButton } from './button';
import styles from './overlay.module.css';

interface PopupProps {
  trigger: ReactElement;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  align?: 'start' | 'center' | 'end';
  label: string;
  className?: string | undefined;
  /** Where the focus goes; without it back to the trigger. */
  onCloseAutoFocus?: (event: Event) => void;
  children: ReactNode;
}

export function Popup(props: PopupProps) {
  const { trigger, open, onOpenChange, align = 'end', label, className, onCloseAutoFocus, children } = props;
  return (
    <Popover.Root {...(open === undefined ? {} : { open })} {...(onOpenChange ? { onOpenChange } : {})}>
      <Popover.Trigger asChild>{trigger}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={classNames(styles['popup'], className)}
          align={align}
          sideOffset={6}
          collisionPadding={10}
          aria-label={label}
          {...(onCloseAutoFocus ? { onCloseAutoFocus } : {})}
        >
          {children}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** The box itself, so that no control looks chosen; fields that ask for the focus have it by now. */
function focusBox(event: Event): void {
  event.preventDefault();
  if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
}

interface DialogProps {
  title: string;
  /** Said to screen readers; shown only when there is something to say. */
  description?: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  placement?: 'middle' | 'wide' | 'tall' | 'left';
  children: ReactNode;
}

export function Dialog({ title, description, open, onOpenChange, placement = 'middle', children }: DialogProps) {
  // Radix gives the focus back to its own triggers only; here it is the page that opens.
  const opener = useRef<{ isOpen: boolean; element: Element | null }>({ isOpen: false, element: null });
  if (open !== opener.current.isOpen)
    opener.current = { isOpen: open, element: open ? document.activeElement : opener.current.element };
  const giveBack = (event: Event): void => {
    const { element } = opener.current;
    if (!(element instanceof HTMLElement) || !element.isConnected) return;
    event.preventDefault();
    element.focus();
  };
  return (
    <RadixDialog.Root open={open} onOpenChange={onOpenChange}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className={styles['overlay']} />
        <RadixDialog.Content
          className={classNames(styles['dialog'], placement === 'tall' && styles['wide'], styles[placement])}
          {...(description ? {} : { 'aria-describedby': undefined })}
          onOpenAutoFocus={focusBox}
          onCloseAutoFocus={giveBack}
        >
          <header className={styles['dialogHead']}>
            <RadixDialog.Title className={styles['dialogTitle']}>{title}</RadixDialog.Title>
            {description && (
              <RadixDialog.Description className={styles['dialogText']}>{description}</RadixDialog.Description>
            )}
            <RadixDialog.Close asChild>
              <IconButton label="Close" className={styles['close']}>
                <X />
              </IconButton>
            </RadixDialog.Close>
          </header>
          {children}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}
