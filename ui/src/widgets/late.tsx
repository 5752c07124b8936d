// SPDX-License-Identifier: Apache-2.0
// A part of the page whose code is brought when it is first shown, or before by `load`. Not React's lazy():
// after a fallback was drawn, that holds back what it shows for 300 ms.
import { useEffect, useState, type ComponentType, type ReactNode } from 'react';

export interface Late<Props> {
  (props: Props): ReactNode;
  load: () => Promise<void>;
}

/** Without `failed` the boundary around it says what happened. */
export function late<Props extends object>(
  loader: () => Promise<ComponentType<Props>>,
  { waiting, failed }: { waiting: ReactNode; failed?: ReactNode },
): Late<Props> {
  let loaded: ComponentType<Props> | null = null;
  let loading: Promise<void> | null = null;
  // One import for all who ask: only the first import waits for the style sheet too, and a page that is drawn
  // without it jumps when it comes.
  const load = (): Promise<void> => {
    loading ??= loader().then(
      (part) => void (loaded = part),
      (error: unknown) => {
        loading = null;
        throw error;
      },
    );
    return loading;
  };
  function Part(props: Props) {
    const [Content, setContent] = useState<ComponentType<Props> | null>(() => loaded);
    const [failure, setFailure] = useState<{ error: unknown } | null>(null);
    useEffect(() => {
      if (Content) return;
      load().then(
        () => setContent(() => loaded),
        (error: unknown) => setFailure({ error }),
      );
    }, [Content]);
    if (failure && failed === undefined) throw failure.error;
    if (failure) return failed;
    return Content ? <Content {...props} /> : waiting;
  }
  Part.load = load;
  return Part;
}
