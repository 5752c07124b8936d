// SPDX-License-Identifier: Apache-2.0
// What is folded, chosen and in view on the waterfall.
import { useCallback, useMemo, useState } from 'react';
import { visibleSpans, type Span, type Trace } from '@/model/trace';

export interface Fold {
  rows: Span[];
  folded: ReadonlySet<Span>;
  toggle: (span: Span) => void;
  foldTo: (depth: number) => void;
  unfoldAll: () => void;
  /** Unfolds whatever hides the span. */
  reveal: (span: Span) => void;
}

const noSpans: ReadonlySet<Span> = new Set();

export function useFold(trace: Trace): Fold {
  const [folded, setFolded] = useState(noSpans);
  const rows = useMemo(() => visibleSpans(trace, folded), [trace, folded]);
  const toggle = useCallback(
    (span: Span) =>
      setFolded((old) => {
        const next = new Set(old);
        if (!next.delete(span)) next.add(span);
        return next;
      }),
    [],
  );
  const foldTo = useCallback(
    (depth: number) =>
      setFolded(new Set(trace.spans.filter((span) => span.depth >= depth && span.children.length > 0))),
    [trace],
  );
  const unfoldAll = useCallback(() => setFolded(noSpans), []);
  const reveal = useCallback((span: Span) => {
    const above = new Set<Span>();
    for (let at = span.parent; at; at = at.parent) above.add(at);
    setFolded((old) => new Set([...old].filter((one) => !above.has(one))));
  }, []);
  return { rows, folded, toggle, foldTo, unfoldAll, reveal };
}
