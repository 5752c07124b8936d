// What scripts import from https://jslib.k6.io/k6-utils/…/index.js, written anew.
import { Gauge, Trend } from 'sb:metrics';

export function randomIntBetween(min, max) { return Math.floor(Math.random() * (max - min + 1) + min); }
export function randomItem(list) { return list[Math.floor(Math.random() * list.length)]; }
export function randomString(length, charset = 'abcdefghijklmnopqrstuvwxyz') {
  let text = '';
  for (let i = 0; i < length; i++) text += charset[Math.floor(Math.random() * charset.length)];
  return text;
}
export function uuidv4() {
  return 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replace(/[xy]/g, (c) => {
    const r = Math.floor(Math.random() * 16);
    return (c === 'x' ? r : (r & 3) | 8).toString(16);
  });
}
export function findBetween(content, left, right, repeat = false) {
  const found = [];
  for (let at = 0; ;) {
    const begin = content.indexOf(left, at);
    const end = begin < 0 ? -1 : content.indexOf(right, begin + left.length);
    if (end < 0) return repeat ? found : null;
    const text = content.substring(begin + left.length, end);
    if (!repeat) return text;
    found.push(text);
    at = end + right.length;
  }
}
export function normalDistributionStages(maxVus, durationSeconds, numberOfStages = 10) {
  const stages = [];
  const step = durationSeconds / (numberOfStages + 2);
  const curve = (x) => Math.exp(-0.5 * ((x - numberOfStages / 2) / (numberOfStages / 6)) ** 2);
  for (let i = 0; i <= numberOfStages; i++) {
    stages.push({ duration: `${step.toFixed(3)}s`, target: Math.ceil(maxVus * curve(i)) });
  }
  stages.push({ duration: `${step.toFixed(3)}s`, target: 0 });
  return stages;
}
export function getCurrentStageIndex() { return undefined; }
export function tagWithCurrentStageIndex() {}
export function tagWithCurrentStageProfile() {}
export { Gauge, Trend };
