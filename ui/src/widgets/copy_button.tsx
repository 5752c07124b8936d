// SPDX-License-Identifier: Apache-2.0
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { copyText } from '@/base/clipboard';
import { Button, IconButton } from './button';

interface CopyButtonProps {
  /** Called on click, so that large texts are made only when needed. */
  text: () => string;
  label: string;
  /** Shows the label next to the icon. */
  isWide?: boolean;
  look?: 'quiet' | 'primary';
}

export function CopyButton({ text, label, isWide = false, look }: CopyButtonProps) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => setCopied(false), 1600);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = (): void => void copyText(text()).then(setCopied);
  const icon = isCopied ? <Check /> : <Copy />;
  if (isWide) {
    return (
      <Button icon={icon} onClick={copy} {...(look ? { look } : {})}>
        {isCopied ? 'Copied' : label}
      </Button>
    );
  }
  return (
    <IconButton label={isCopied ? 'Copied' : label} onClick={copy}>
      {icon}
    </IconButton>
  );
}
