// SPDX-License-Identifier: Apache-2.0
import { CircleQuestionMark, Cloud, ExternalLink, FileText, Info, LayoutDashboard, Zap } from 'lucide-react';

const icons = {
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
  const Icon = icons[name as keyof typeof icons] ?? ExternalLink;
  return <Icon aria-hidden />;
}
