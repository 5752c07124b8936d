// The module "k6/data": one copy of the data for all users; elements are read-only.
import N from 'sb:native';

function freeze(value) {
  if (value !== null && typeof value === 'object') {
    Object.values(value).forEach(freeze);
    Object.freeze(value);
  }
  return value;
}

export function SharedArray(name, fn) {
  if (!N.sharedHas(name)) {
    const list = fn();
    if (!Array.isArray(list)) throw new TypeError('only arrays can be made into SharedArray');
    N.sharedSet(name, list.map((item) => JSON.stringify(item)));
  }
  const length = N.sharedLength(name);
  const at = (i) => freeze(JSON.parse(N.sharedGet(name, i)));
  return new Proxy([], {
    get(target, key) {
      if (key === 'length') return length;
      if (key === Symbol.iterator) {
        return function* () { for (let i = 0; i < length; i++) yield at(i); };
      }
      if (typeof key === 'string' && /^\d+$/.test(key)) return +key < length ? at(+key) : undefined;
      return target[key];
    },
    has: (target, key) => (typeof key === 'string' && /^\d+$/.test(key) ? +key < length : key in target),
    set() { throw new TypeError('SharedArray is immutable'); },
    defineProperty() { throw new TypeError('SharedArray is immutable'); },
    deleteProperty() { throw new TypeError('SharedArray is immutable'); },
  });
}
export default { SharedArray };
