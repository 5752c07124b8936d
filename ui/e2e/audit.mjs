// SPDX-License-Identifier: Apache-2.0
// What axe-core finds on a page: rules of WCAG 2.1 A and AA, contrast among them.
import { createRequire } from 'node:module';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const rulesAtLeast = 8;

/** Runs in the page. Only what tells where and why: the whole answer is megabytes. */
async function run() {
  const { violations, passes, incomplete } = await globalThis.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],
    resultTypes: ['violations'],
  });
  return {
    passed: passes.length,
    unsure: incomplete.reduce((sum, one) => sum + one.nodes.length, 0),
    violations: violations.map((one) => ({
      id: one.id,
      impact: one.impact,
      nodes: one.nodes.map((node) => ({
        target: node.target.join(' '),
        html: node.html.slice(0, 160),
        message: (node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? '',
      })),
    })),
  };
}

/**
 * {passed, unsure, serious}: how many rules passed, how many places axe-core could not judge, and what is
 * serious or critical, in a line each. The context of the page must bypass the policy for scripts.
 */
export async function audit(page) {
  await page.addScriptTag({ path: axe });
  const { passed, unsure, violations } = await page.evaluate(run);
  if (passed < rulesAtLeast) throw new Error(`axe-core judged nothing: ${passed} rules passed`);
  const serious = violations
    .filter((one) => one.impact === 'serious' || one.impact === 'critical')
    .map((one) => {
      const where = one.nodes.slice(0, 4).map((node) => `${node.target} ${node.html} ${node.message}`);
      return `${one.id} (${one.nodes.length}): ${where.join(' | ')}`;
    });
  return { passed, unsure, serious };
}
