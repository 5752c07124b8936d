// SPDX-License-Identifier: Apache-2.0
import type { ComponentProps, ReactNode } from 'react';
import { classNames } from '@/base/class_names';
import { Hint } from './hint';
import styles from './button.module.css';

type Look = 'plain' | 'primary' | 'quiet';

interface ButtonProps extends ComponentProps<'button'> {
  look?: Look;
  icon?: ReactNode;
  isPressed?: boolean;
}

export function Button({ look = 'plain', icon, isPressed, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={classNames(styles['button'], styles[look], isPressed && styles['pressed'], className)}
      {...(isPressed === undefined ? {} : { 'aria-pressed': isPressed })}
      {...rest}
    >
      {icon}
      {children !== undefined && <span className={styles['text']}>{children}</span>}
    </button>
  );
}

interface IconButtonProps extends ButtonProps {
  /** Read by screen readers and shown as a tooltip. */
  label: string;
}

export function IconButton({ label, look = 'quiet', className, children, ...rest }: IconButtonProps) {
  return (
    <Hint text={label}>
      <Button
        look={look}
        aria-label={label}
        className={classNames(styles['square'], className)}
        icon={children}
        {...rest}
      />
    </Hint>
  );
}
