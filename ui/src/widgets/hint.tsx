// SPDX-License-Identifier: Apache-2.0
// A short text next to a control. Until it is shown it is nothing but handlers on the control: pages have
// hundreds of hints, of which few are ever seen.
import {
  cloneElement,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type FocusEvent,
  type PointerEvent,
  type ReactElement,
  type ReactNode,
} from 'react';
import { createPortal } from 'react-dom';
import styles from './overlay.module.css';

const openAfterMs = 350;
/** Between leaving the control and being gone: time to reach the hint itself, or the next control. */
const closeAfterMs = 120;
/** The next hint comes at once if one was seen just now. */
const skipWithinMs = 300;
const gapPx = 6;
const edgePx = 8;

let lastSeenAt = -Infinity;
let closeOther: (() => void) | null = null;

interface Handlers {
  onPointerEnter?: (event: PointerEvent) => void;
  onPointerLeave?: (event: PointerEvent) => void;
  onPointerDown?: (event: PointerEvent) => void;
  onFocus?: (event: FocusEvent) => void;
  onBlur?: (event: FocusEvent) => void;
  'aria-describedby'?: string | undefined;
}

export function Hint({ text, children }: { text: ReactNode; children: ReactElement }) {
  const [control, setControl] = useState<Element | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const id = useId();
  const own = children.props as Handlers;

  const close = (): void => {
    clearTimeout(timer.current);
    setControl(null);
  };
  const later = (work: () => void, ms: number): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(work, ms);
  };
  const open = (element: Element): void => {
    closeOther?.();
    setControl(element);
  };
  useEffect(() => () => clearTimeout(timer.current), []);

  const handlers: Handlers = {
    onPointerEnter: (event) => {
      own.onPointerEnter?.(event);
      // A finger has no hover.
      if (event.pointerType === 'touch') return;
      const element = event.currentTarget;
      const isSoon = performance.now() - lastSeenAt < skipWithinMs;
      later(() => open(element), isSoon ? 0 : openAfterMs);
    },
    onPointerLeave: (event) => {
      own.onPointerLeave?.(event);
      later(close, closeAfterMs);
    },
    onPointerDown: (event) => {
      own.onPointerDown?.(event);
      close();
    },
    onFocus: (event) => {
      own.onFocus?.(event);
      if (event.currentTarget.matches(':focus-visible')) open(event.currentTarget);
    },
    onBlur: (event) => {
      own.onBlur?.(event);
      close();
    },
    ...(control ? { 'aria-describedby': id } : {}),
  };
  return (
    <>
      {cloneElement(children as ReactElement<Handlers>, handlers)}
      {control &&
        createPortal(
          <Shown id={id} control={control} onClose={close} onStay={() => clearTimeout(timer.current)}>
            {text}
          </Shown>,
          document.body,
        )}
    </>
  );
}

interface ShownProps {
  id: string;
  control: Element;
  children: ReactNode;
  onClose: () => void;
  onStay: () => void;
}

function Shown({ id, control, children, onClose, onStay }: ShownProps) {
  const root = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (root.current) beside(root.current, control);
  });
  useEffect(() => {
    closeOther = onClose;
    const escape = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') onClose();
    };
    window.addEventListener('keydown', escape, true);
    window.addEventListener('scroll', onClose, true);
    return () => {
      lastSeenAt = performance.now();
      if (closeOther === onClose) closeOther = null;
      window.removeEventListener('keydown', escape, true);
      window.removeEventListener('scroll', onClose, true);
    };
  });
  return (
    <div ref={root} id={id} role="tooltip" className={styles['hint']} onPointerEnter={onStay} onPointerLeave={onClose}>
      {children}
    </div>
  );
}

/** Above the control, below it where there is no room above, and within the window. */
function beside(hint: HTMLElement, control: Element): void {
  const at = control.getBoundingClientRect();
  const { width, height } = hint.getBoundingClientRect();
  const above = at.top - gapPx - height;
  const left = at.left + at.width / 2 - width / 2;
  const clamp = (value: number, high: number): number => Math.max(edgePx, Math.min(value, high - edgePx));
  hint.style.top = `${above >= edgePx ? above : clamp(at.bottom + gapPx, window.innerHeight - height)}px`;
  hint.style.left = `${clamp(left, window.innerWidth - width)}px`;
}
