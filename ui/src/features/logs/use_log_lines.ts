// SPDX-License-Identifier: Apache-2.0
// The lines of a query, page after page as the list is scrolled.
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { logPagesQuery, type Direction, type LogWindow } from '@/api/log_queries';
import { joinPages, nextPage } from '@/model/log_lines';

const pageSize = 1000;

export function useLogLines(query: string, window: LogWindow, direction: Direction) {
  const pages = useInfiniteQuery(
    logPagesQuery(query, window, pageSize, direction, (page) => nextPage(page, pageSize, direction)),
  );
  const lines = useMemo(() => joinPages(pages.data?.pages ?? [], direction), [pages.data, direction]);
  return { ...pages, lines };
}
