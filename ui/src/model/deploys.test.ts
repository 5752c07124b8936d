// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { StoredAnnotation } from '@/api/dashboards';
import { isNoteAbout, noteText } from './deploys';

const note = (more: Partial<StoredAnnotation>): StoredAnnotation => ({
  id: 1,
  dashboardUID: '',
  panelId: 0,
  time: 1,
  timeEnd: 1,
  text: 'version 1.5',
  tags: ['deploy'],
  ...more,
});

describe('isNoteAbout', () => {
  it('takes notes that name the service, and those about everything', () => {
    expect(isNoteAbout(note({ tags: ['deploy', 'service:api'] }), 'api')).toBe(true);
    expect(isNoteAbout(note({ tags: ['service=api', 'service=chat'] }), 'chat')).toBe(true);
    expect(isNoteAbout(note({}), 'api')).toBe(true);
    expect(isNoteAbout(note({ dashboardUID: 'd', text: 'api restarted' }), 'api')).toBe(true);
  });

  it('leaves out those of other services and of a dashboard', () => {
    expect(isNoteAbout(note({ tags: ['deploy', 'service:chat'] }), 'api')).toBe(false);
    expect(isNoteAbout(note({ dashboardUID: 'd' }), 'api')).toBe(false);
  });
});

describe('noteText', () => {
  it('shows the text without markup, and the tags', () => {
    expect(noteText(note({ text: '<b>version</b> 1.5' }))).toBe('version  1.5  #deploy');
    expect(noteText(note({ tags: [] }))).toBe('version 1.5');
  });
});
