// SPDX-License-Identifier: Apache-2.0
import {
  CircleQuestionMark,
  Cloud,
  ExternalLink,
  FileText,
  Info,
  LayoutDashboard,
  Zap,
  type LucideIcon,
} from 'lucide-react';
import type { LinkIconName } from '@/model/dashboard/edit_link';

const icons: Record<LinkIconName, LucideIcon> = {
  'external link': ExternalLink,
  dashboard: LayoutDashboard,
  question: CircleQuestionMark,
  info: Info,
  bolt: Zap,
  doc: FileText,
  cloud: Cloud,
};

/** The icon of a link, by the name that dashboards give it. */
export function LinkIcon({ name }: { name: string }) {
  const Icon = icons[name as LinkIconName] ?? ExternalLink;
  return <Icon aria-hidden />;
}
