// SPDX-License-Identifier: Apache-2.0
// The editor of a panel, whose code is brought when somebody edits.
import { useEffect, useState, type ComponentType } from 'react';
import type { JsonObject } from '@/model/dashboard/json';
import type { Panel } from '@/model/dashboard/types';
import { Notice, Skeleton } from '@/widgets/states';

interface PanelEditorProps {
  panel: Panel;
  onChange: (raw: JsonObject) => void;
}

let loaded: ComponentType<PanelEditorProps> | null = null;

export function LatePanelEditor(props: PanelEditorProps) {
  const [Editor, setEditor] = useState(() => loaded);
  const [isFailed, setFailed] = useState(false);
  useEffect(() => {
    if (loaded) return;
    import('./editing/panel_editor').then(
      (module) => {
        loaded = module.PanelEditor;
        setEditor(() => loaded);
      },
      () => setFailed(true),
    );
  }, []);
  if (isFailed) return <Notice tone="bad" title="The editor could not be loaded. Try to open it again." />;
  return Editor ? <Editor {...props} /> : <Skeleton lines={8} height={40} />;
}
