// SPDX-License-Identifier: Apache-2.0
// Takes dashboard files, says what of each can be shown before it is saved, and saves them.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { FileJson } from 'lucide-react';
import { useState, type DragEvent } from 'react';
import { saveDashboard, searchQuery } from '@/api/dashboards';
import { plural } from '@/base/number_format';
import { importReport } from '@/model/dashboard/import_report';
import { Button } from '@/widgets/button';
import { Card, Page } from '@/widgets/card';
import { ImportCard, type Taken } from './import_card';
import styles from './dashboards.module.css';

const filesMax = 200;

export function ImportPage() {
  const [taken, setTaken] = useState<readonly Taken[]>([]);
  const [text, setText] = useState('');
  const [folder, setFolder] = useState('');
  const folders = useQuery(searchQuery()).data?.filter((hit) => hit.type === 'dash-folder') ?? [];
  const client = useQueryClient();

  const add = (name: string, content: string): void =>
    setTaken((before) => {
      try {
        return [...before, { name, report: importReport(JSON.parse(content)), problem: '', savedUrl: '' }];
      } catch (error) {
        return [
          ...before,
          { name, report: null, problem: error instanceof Error ? error.message : String(error), savedUrl: '' },
        ];
      }
    });
  const read = async (files: Iterable<File>): Promise<void> => {
    for (const file of [...files].slice(0, filesMax)) add(file.name, await file.text());
  };
  const save = async (): Promise<void> => {
    for (const [i, one] of taken.entries()) {
      if (!one.report || one.savedUrl) continue;
      try {
        const saved = await saveDashboard({
          dashboard: one.report.json,
          folderUid: folder,
          message: `Imported from ${one.name}`,
          overwrite: true,
        });
        setTaken((list) =>
          list.map((other, at) => (at === i ? { ...other, savedUrl: saved.url, problem: '' } : other)),
        );
      } catch (error) {
        setTaken((list) =>
          list.map((other, at) =>
            at === i ? { ...other, problem: error instanceof Error ? error.message : String(error) } : other,
          ),
        );
      }
    }
    await client.invalidateQueries({ queryKey: ['dashboards'] });
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    void read(event.dataTransfer.files);
  };
  const ready = taken.filter((one) => one.report && !one.savedUrl).length;
  return (
    <Page
      title="Import dashboards"
      summary="Grafana JSON of every age; files are looked at here before anything is saved."
    >
      <Card isPadded>
        <div className={styles['drop']} onDragOver={(event) => event.preventDefault()} onDrop={drop}>
          <FileJson aria-hidden />
          <label>
            Drop files here, or choose them:{' '}
            <input
              type="file"
              accept=".json,application/json"
              multiple
              onChange={(event) => void read(event.target.files ?? [])}
            />
          </label>
        </div>
        <label className={styles['field']} style={{ marginTop: 12 }}>
          Or paste JSON
          <textarea
            aria-label="JSON of a dashboard"
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.target.value)}
            style={{ minHeight: 90 }}
          />
        </label>
        <div className={styles['buttons']} style={{ marginTop: 10 }}>
          <Button
            disabled={text.trim() === ''}
            onClick={() => {
              add('pasted text', text);
              setText('');
            }}
          >
            Look at it
          </Button>
        </div>
      </Card>
      {taken.map((one, i) => (
        <ImportCard key={i} taken={one} />
      ))}
      {ready > 0 && (
        <div className={styles['buttons']}>
          <select
            aria-label="Folder"
            className={styles['select']}
            value={folder}
            onChange={(event) => setFolder(event.target.value)}
          >
            <option value="">General</option>
            {folders.map((one) => (
              <option key={one.uid} value={one.uid}>
                {one.title}
              </option>
            ))}
          </select>
          <Button look="primary" onClick={() => void save()}>
            Save {plural(ready, 'dashboard')}
          </Button>
        </div>
      )}
    </Page>
  );
}
