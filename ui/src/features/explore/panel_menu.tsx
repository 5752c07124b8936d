// SPDX-License-Identifier: Apache-2.0
import { AlignLeft, Copy, EllipsisVertical, Trash2 } from 'lucide-react';
import { formatQuery } from '@/api/queries';
import { copyText } from '@/base/clipboard';
import { IconButton } from '@/widgets/button';
import { Menu } from '@/widgets/menu';

interface PanelMenuProps {
  draft: string;
  onDraft: (text: string) => void;
  isOnly: boolean;
  onDuplicate: () => void;
  onRemove: () => void;
}

export function PanelMenu({ draft, onDraft, isOnly, onDuplicate, onRemove }: PanelMenuProps) {
  // A query that cannot be parsed stays as it is; running it shows where the error is.
  const format = (): void => void formatQuery(draft).then(onDraft, () => undefined);
  return (
    <Menu
      trigger={
        <IconButton label="More" look="plain">
          <EllipsisVertical />
        </IconButton>
      }
      items={[
        { label: 'Format query', icon: <AlignLeft />, isDisabled: draft.trim() === '', onSelect: format },
        { label: 'Copy query', icon: <Copy />, isDisabled: draft.trim() === '', onSelect: () => void copyText(draft) },
        { label: 'Duplicate panel', icon: <Copy />, onSelect: onDuplicate },
        { label: 'Remove panel', icon: <Trash2 />, isDisabled: isOnly, onSelect: onRemove },
      ]}
    />
  );
}
