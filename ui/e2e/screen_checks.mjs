// SPDX-License-Identifier: Apache-2.0
// What can be told of a page without looking at its picture.

/** Addresses of answers rather than of the application. */
export const isData = (url) => /^\/(api|prometheus|loki|tempo|jaeger|alertmanager)\//.test(url.pathname);

/** The page says what it is. */
export const hasTitle = (page) => page.getByRole('heading', { level: 1 }).first().waitFor();

/** Waits until nothing loads any more: no grey bars, no busy region, and two equal frames of text. */
export async function isQuiet(page, atMostMs) {
  const ends = Date.now() + atMostMs;
  let before = '';
  while (Date.now() < ends) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    const now = await page.evaluate(() => {
      const isLoading = document.querySelector('[role=status][aria-label=Loading], [aria-busy=true]') !== null;
      return `${isLoading} ${document.body.innerText.length} ${document.querySelectorAll('*').length}`;
    });
    if (now === before && now.startsWith('false')) return;
    before = now;
  }
}

/** Runs in the page: texts that their box cuts off without an ellipsis or a way to scroll. */
export function cutTexts() {
  const found = [];
  for (const element of document.querySelectorAll('main *, [role=dialog] *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '');
    if (!own || element.closest('svg, .cm-editor, [aria-hidden=true]')) continue;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    // One pixel wide: text for screen readers only.
    if (box.width <= 1 || box.height <= 1 || style.visibility === 'hidden') continue;
    const isCut = element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 6;
    if (style.overflow === 'hidden' && isCut && style.textOverflow !== 'ellipsis' && style.webkitLineClamp === 'none') {
      found.push(element.textContent.trim().slice(0, 60));
      continue;
    }
    for (let outer = element.parentElement; outer && outer.tagName !== 'MAIN'; outer = outer.parentElement) {
      const how = getComputedStyle(outer);
      if (/auto|scroll/.test(how.overflowX)) break;
      if (how.overflowX !== 'hidden') continue;
      const edge = outer.getBoundingClientRect();
      if (how.textOverflow === 'ellipsis') break;
      if (box.right > edge.right + 2 && box.left < edge.right) found.push(element.textContent.trim().slice(0, 60));
      break;
    }
  }
  return [...new Set(found)].slice(0, 5);
}
