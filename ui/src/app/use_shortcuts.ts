// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { useClock } from '@/widgets/clock';
import { places } from './navigation';

interface Actions {
  onPalette: () => void;
  onHelp: () => void;
}

const sequenceMs = 1200;

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** Keys that work everywhere: Ctrl-K, ?, R, /, and G followed by the key of a place. */
export function useShortcuts(actions: Actions): void {
  const [, navigate] = useLocation();
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    let goPressedAt = 0;
    const onKey = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        latest.current.onPalette();
        return;
      }
      if (
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        isTyping(event.target) ||
        document.querySelector('[role=dialog]')
      )
        return;
      const isAfterGo = performance.now() - goPressedAt < sequenceMs;
      const place = isAfterGo ? places.find((one) => one.key === event.key) : undefined;
      goPressedAt = event.key === 'g' ? performance.now() : 0;
      if (place) navigate(place.path);
      else if (event.key === '?') latest.current.onHelp();
      else if (event.key === 'r') useClock.getState().tick();
      else if (event.key === '/') focusField(event);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [navigate]);
}

/** The query editor, or the filter of the page. */
function focusField(event: KeyboardEvent): void {
  const field = document.querySelector<HTMLElement>('main .cm-content, main input[type=text]');
  if (!field) return;
  event.preventDefault();
  field.focus();
}
