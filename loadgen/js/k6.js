// The module "k6".
import N from 'sb:native';

export function check(value, sets, tags) {
  let all = true;
  for (const name in sets) {
    const test = sets[name];
    let ok = false;
    try {
      ok = Boolean(typeof test === 'function' ? test(value) : test);
    } catch (error) {
      N.check(name, false, tags);
      throw error;
    }
    N.check(name, ok, tags);
    if (!ok) all = false;
  }
  return all;
}

export function group(name, fn) {
  if (typeof fn !== 'function') throw new TypeError('group() needs a function');
  if (fn.constructor && fn.constructor.name === 'AsyncFunction') {
    throw new TypeError('group() does not support async functions');
  }
  const before = N.groupEnter(String(name));
  const begin = N.now();
  try {
    return fn();
  } finally {
    N.groupExit(before, N.now() - begin);
  }
}

export function sleep(seconds) { N.sleep(Number(seconds)); }

export function fail(message) { throw new Error(message === undefined ? '' : String(message)); }

export function randomSeed(seed) {
  let a = Number(seed) >>> 0;
  Math.random = () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export default { check, group, sleep, fail, randomSeed };
