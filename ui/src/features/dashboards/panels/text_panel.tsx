// SPDX-License-Identifier: Apache-2.0
import { createElement, useMemo, type CSSProperties, type ReactNode } from 'react';
import { interpolate } from '@/model/dashboard/interpolate';
import { text } from '@/model/dashboard/json';
import { htmlTree, markdownTree, type TextNode } from '@/model/dashboard/markdown';
import type { PanelProps } from './panel_props';
import styles from './panels.module.css';

const voids = new Set(['br', 'hr', 'img']);

function styleOf(written: string): CSSProperties {
  const out: Record<string, string> = {};
  for (const rule of written.split(';')) {
    const [name = '', value = ''] = rule.split(/:(.*)/s);
    const key = name.trim().replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    if (key) out[key] = value.trim();
  }
  return out as CSSProperties;
}

function draw(nodes: readonly (TextNode | string)[]): ReactNode[] {
  return nodes.map((one, key) => {
    if (typeof one === 'string') return one;
    const { style, ...rest } = one.attributes;
    const outside = rest['href']?.startsWith('http') ? { target: '_blank', rel: 'noreferrer' } : {};
    const props = { key, ...rest, ...outside, ...(style ? { style: styleOf(style) } : {}) };
    return voids.has(one.tag) ? createElement(one.tag, props) : createElement(one.tag, props, ...draw(one.children));
  });
}

export function TextPanel({ panel, scope }: PanelProps) {
  const mode = text(panel.options, 'mode', 'markdown');
  const content = interpolate(text(panel.options, 'content'), scope);
  const nodes = useMemo(() => {
    if (mode === 'code') return [{ tag: 'pre', attributes: {}, children: [content] }];
    // Markdown may hold HTML, as Grafana's does.
    if (mode === 'html' || /<[a-z][^>]*>/i.test(content)) {
      return htmlTree(new DOMParser().parseFromString(content, 'text/html').body);
    }
    return markdownTree(content);
  }, [mode, content]);
  return <div className={styles['text']}>{draw(nodes)}</div>;
}
