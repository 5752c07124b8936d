// SPDX-License-Identifier: Apache-2.0
// Annotations as marks of what happened: deploys that a pipeline posted, notes that somebody wrote.
import type { StoredAnnotation } from '@/api/dashboards';

/** Whether it says something about the service: names it in a tag or in its text, or names none and stands on no
 *  dashboard, so that it is about everything. */
export function isNoteAbout(note: StoredAnnotation, service: string): boolean {
  const services = note.tags.filter((tag) => /^service[:=]/.test(tag)).map((tag) => tag.slice(8));
  if (services.length > 0) return services.includes(service);
  return note.tags.includes(service) || note.text.includes(service) || note.dashboardUID === '';
}

/** What a graph says where the pointer is on the mark; notes may hold HTML. */
export const noteText = (note: StoredAnnotation): string =>
  [note.text.replaceAll(/<[^>]*>/g, ' ').trim(), note.tags.map((tag) => `#${tag}`).join(' ')]
    .filter(Boolean)
    .join('  ');
