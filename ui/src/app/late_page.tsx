// SPDX-License-Identifier: Apache-2.0
// A page whose code is brought when it is first shown, or before by `load`. Not React's lazy(): after a
// fallback was drawn, that holds back what it shows for 300 ms.
import { useEffect, useState, type ComponentType } from 'react';
import { Skeleton } from '@/widgets/states';

type Loader = () => Promise<ComponentType>;

export interface LatePage {
  (): React.ReactNode;
  load: () => Promise<void>;
}

export function latePage(loader: Loader): LatePage {
  let loaded: ComponentType | null = null;
  let loading: Promise<void> | null = null;
  // One import for all who ask: only the first import waits for the style sheet too, and a page that is drawn
  // without it jumps when it comes.
  const load = (): Promise<void> => {
    loading ??= loader().then(
      (page) => void (loaded = page),
      (error: unknown) => {
        loading = null;
        throw error;
      },
    );
    return loading;
  };
  function Page() {
    const [Content, setContent] = useState<ComponentType | null>(() => loaded);
    const [failed, setFailed] = useState<{ error: unknown } | null>(null);
    useEffect(() => {
      if (Content) return;
      load().then(
        () => setContent(() => loaded),
        (error: unknown) => setFailed({ error }),
      );
    }, [Content]);
    // The boundary around the pages says what happened.
    if (failed) throw failed.error;
    return Content ? <Content /> : <Skeleton lines={10} style={{ padding: '24px' }} />;
  }
  Page.load = load;
  return Page;
}
