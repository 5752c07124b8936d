// SPDX-License-Identifier: Apache-2.0
// Runs in the page: whether a panel shows something. It does not take the panel's word for it: a
// canvas has to have pixels of several colours, a drawing shapes, a table rows.

export function judgePanel(section) {
  const state = section.dataset.state ?? 'unknown';
  const body = section.lastElementChild;
  const words = (body?.innerText ?? '').trim();
  const isPainted = (canvas) => {
    const { width, height } = canvas;
    if (width === 0 || height === 0) return false;
    const pixels = new Uint32Array(canvas.getContext('2d').getImageData(0, 0, width, height).data.buffer);
    const colors = new Set();
    for (let i = 0; i < pixels.length && colors.size < 3; i += 3) colors.add(pixels[i]);
    return colors.size >= 3;
  };
  const canvases = [...section.querySelectorAll('canvas')];
  const drawings = [...section.querySelectorAll('svg[role=img]')];
  const isShown =
    canvases.some(isPainted) ||
    drawings.some((svg) => svg.querySelectorAll('path, rect, circle, line, polyline').length > 0) ||
    (canvases.length + drawings.length === 0 && words !== '');
  const isSettled = state !== 'waiting' && state !== 'loading' && (state !== 'drawn' || isShown);
  return {
    title: section.getAttribute('aria-label') ?? '',
    state,
    isSettled,
    isDrawn: state === 'drawn' && isShown,
    why: words.replaceAll(/\s+/g, ' ').slice(0, 200),
  };
}
