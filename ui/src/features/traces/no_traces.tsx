// SPDX-License-Identifier: Apache-2.0
import { Route } from 'lucide-react';
import { Link } from 'wouter';
import { plural } from '@/base/number_format';
import { Empty } from '@/widgets/states';
import styles from './traces.module.css';

/** Why no trace was found: none fits, or there is no span at all. */
export function NoTraces({ inspected }: { inspected: number }) {
  return inspected === 0 ? (
    <Empty
      icon={<Route />}
      title="No span was received in this time"
      actions={<Link href="/send-data">How to send traces</Link>}
    >
      Choose a longer time if there were some before.
    </Empty>
  ) : (
    <Empty icon={<Route />} title="No trace matches">
      {plural(inspected, 'span')} were looked at in this time. Try a longer one, or fewer conditions.
    </Empty>
  );
}

/** A word of a sentence, as high as the sentence. */
export const MoreButton = ({ onClick }: { onClick: () => void }) => (
  <button type="button" className={styles['more']} onClick={onClick}>
    show more
  </button>
);
