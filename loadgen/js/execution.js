// The module "k6/execution".
import N from 'sb:native';

const info = (keys, base = {}) => {
  for (const [name, key] of Object.entries(keys)) {
    Object.defineProperty(base, name, { enumerable: true, get: () => N.info(key) });
  }
  return base;
};

export const scenario = info({
  name: 'scenario.name', executor: 'scenario.executor', startTime: 'scenario.startTime',
  progress: 'scenario.progress', iterationInInstance: 'scenario.iteration', iterationInTest: 'scenario.iteration',
});
export const instance = info({
  iterationsInterrupted: 'instance.interrupted', iterationsCompleted: 'instance.completed',
  vusActive: 'instance.vusActive', vusInitialized: 'instance.vusInitialized',
  currentTestRunDuration: 'instance.duration',
});
const tags = new Proxy({}, {
  get: (_, key) => (typeof key === 'string' ? N.vuTags()[key] : undefined),
  set(_, key, value) {
    if (!['string', 'number', 'boolean'].includes(typeof value)) {
      throw new TypeError(`only String, Boolean and Number types are accepted as a tag value, not ${typeof value}`);
    }
    N.setVuTag(String(key), String(value));
    return true;
  },
  deleteProperty(_, key) { N.setVuTag(String(key), undefined); return true; },
  ownKeys: () => Object.keys(N.vuTags()),
  getOwnPropertyDescriptor: (_, key) => ({ enumerable: true, configurable: true, value: N.vuTags()[key] }),
  has: (_, key) => key in N.vuTags(),
});
export const vu = info({
  idInInstance: 'vu.id', idInTest: 'vu.id', iterationInInstance: 'vu.iteration',
  iterationInScenario: 'vu.iterationInScenario',
}, { tags, metrics: { tags, metadata: {} } });
export const test = {
  abort(reason) { N.abort(reason === undefined ? '' : String(reason)); },
  fail(reason) { N.markFailed(reason === undefined ? '' : String(reason)); },
  get options() { return JSON.parse(N.info('test.options')); },
};
export default { scenario, instance, vu, test };
