// SPDX-License-Identifier: Apache-2.0
// Files for the person at the browser: text, and a panel as a picture.
import type { PanelPicture } from './print/draw_panel';

export function download(name: string, content: string | Blob, type = 'application/octet-stream'): void {
  const blob = typeof content === 'string' ? new Blob([content], { type }) : content;
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name.replaceAll(/[\\/:*?"<>|]+/g, '-');
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** The panel drawn anew as lines and texts; what draws it is loaded when the first one is wanted. */
export async function saveSvg(
  picture: PanelPicture,
  size: { width: number; height: number },
  name: string,
): Promise<void> {
  const { panelSvg } = await import('./print/panel_svg');
  download(`${name}.svg`, await panelSvg(picture, Math.round(size.width), Math.round(size.height)), 'image/svg+xml');
}

const copied = [
  'color',
  'fill',
  'stroke',
  'stroke-width',
  'font-size',
  'font-family',
  'font-weight',
  'text-anchor',
  'opacity',
  'fill-opacity',
];

async function svgImage(svg: SVGSVGElement): Promise<HTMLImageElement> {
  const clone = svg.cloneNode(true) as SVGSVGElement;
  const originals = [svg, ...svg.querySelectorAll('*')];
  [clone, ...clone.querySelectorAll('*')].forEach((node, i) => {
    const style = getComputedStyle(originals[i] as Element);
    for (const name of copied) (node as SVGElement).style.setProperty(name, style.getPropertyValue(name));
  });
  clone.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  const box = svg.getBoundingClientRect();
  clone.setAttribute('width', String(box.width));
  clone.setAttribute('height', String(box.height));
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(clone))}`;
  await image.decode();
  return image;
}

/** Draws what the panel shows: its canvases and drawings where they stand, then its texts. */
export async function savePicture(panel: HTMLElement | null, name: string): Promise<void> {
  if (!panel) return;
  const origin = panel.getBoundingClientRect();
  const scale = 2;
  const canvas = document.createElement('canvas');
  canvas.width = origin.width * scale;
  canvas.height = origin.height * scale;
  const ctx = canvas.getContext('2d');
  if (!ctx) return;
  ctx.scale(scale, scale);
  const style = getComputedStyle(panel);
  ctx.fillStyle =
    style.backgroundColor === 'rgba(0, 0, 0, 0)'
      ? getComputedStyle(document.body).backgroundColor
      : style.backgroundColor;
  ctx.fillRect(0, 0, origin.width, origin.height);
  for (const element of panel.querySelectorAll<HTMLElement>('*')) paintBox(ctx, element, origin);
  for (const source of panel.querySelectorAll('canvas')) {
    const box = source.getBoundingClientRect();
    ctx.drawImage(source, box.left - origin.left, box.top - origin.top, box.width, box.height);
  }
  for (const svg of panel.querySelectorAll('svg')) {
    if (svg.closest('button')) continue;
    const box = svg.getBoundingClientRect();
    if (box.width > 0)
      ctx.drawImage(await svgImage(svg), box.left - origin.left, box.top - origin.top, box.width, box.height);
  }
  paintTexts(ctx, panel, origin);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob) download(`${name}.png`, blob);
}

function paintBox(ctx: CanvasRenderingContext2D, element: HTMLElement, origin: DOMRect): void {
  const color = getComputedStyle(element).backgroundColor;
  const box = element.getBoundingClientRect();
  if (color === 'rgba(0, 0, 0, 0)' || box.width === 0 || element.closest('button')) return;
  ctx.fillStyle = color;
  ctx.fillRect(box.left - origin.left, box.top - origin.top, box.width, box.height);
}

function paintTexts(ctx: CanvasRenderingContext2D, panel: HTMLElement, origin: DOMRect): void {
  const walker = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    const text = node.textContent?.trim() ?? '';
    if (!parent || text === '' || parent.closest('svg')) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    const limit = panel.getBoundingClientRect();
    if (box.width === 0 || box.top > limit.bottom || box.left > limit.right) continue;
    const style = getComputedStyle(parent);
    ctx.fillStyle = style.color;
    ctx.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    ctx.textBaseline = 'middle';
    ctx.fillText(text, box.left - origin.left, box.top - origin.top + box.height / 2);
  }
}
