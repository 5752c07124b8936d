// SPDX-License-Identifier: Apache-2.0
// Where a search has no lines: why, and what could be done.
import { SearchX } from 'lucide-react';
import { Link } from 'wouter';
import { isLogql } from '@/model/log_query';
import { Empty } from '@/widgets/states';

interface NoLinesProps {
  query: string;
  /** What was typed. */
  text: string;
  isLive: boolean;
}

export function NoLines({ query, text, isLive }: NoLinesProps) {
  if (isLive) {
    return (
      <Empty icon={<SearchX />} title="Waiting for lines">
        They appear here as they arrive.
      </Empty>
    );
  }
  if (text === '') {
    return (
      <Empty
        icon={<SearchX />}
        title="No line was received in this time"
        actions={<Link href="/send-data">How to send logs</Link>}
      >
        Choose a longer time if there were some before.
      </Empty>
    );
  }
  return (
    <Empty icon={<SearchX />} title="No line matches in this time">
      {isLogql(text) ? <code>{query}</code> : 'Try fewer words or a longer time.'}
    </Empty>
  );
}
