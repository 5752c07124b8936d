// SPDX-License-Identifier: Apache-2.0
// How to send data: a stack is chosen, what to paste stands below.
import { useUrlText } from '@/widgets/url_state';
import { Card } from '@/widgets/card';
import { Snippet } from '@/widgets/code_view';
import { snippets } from './snippets';
import styles from './home.module.css';

export function SendData() {
  const [id, setId] = useUrlText('stack', 'sdk');
  const chosen = snippets.find((snippet) => snippet.id === id) ?? snippets[0];
  if (!chosen) return null;
  return (
    <Card title="Send your data" isPadded>
      <div className={styles['send']}>
        <div className={styles['stacks']} role="group" aria-label="Where the data comes from">
          {snippets.map((snippet) => (
            <button
              key={snippet.id}
              type="button"
              className={styles['stack']}
              aria-pressed={snippet.id === chosen.id}
              onClick={() => setId(snippet.id)}
            >
              {snippet.name}
            </button>
          ))}
        </div>
        <p className={styles['where']}>
          Brings {chosen.brings}. {chosen.where}
        </p>
        <Snippet text={chosen.text(window.location.origin)} label={chosen.name} />
      </div>
    </Card>
  );
}
