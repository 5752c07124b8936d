// The module "k6/metrics".
import N from 'sb:native';

class Metric {
  #id;
  constructor(type, name, isTime) {
    this.name = name;
    this.#id = N.metric(type, String(name), Boolean(isTime));
  }
  add(value, tags) {
    const number = typeof value === 'number' ? value : Number(value);
    if (Number.isNaN(number)) {
      N.log('warning', `'${value}' is an invalid value for metric '${this.name}', a number or a boolean is expected`);
      return false;
    }
    N.add(this.#id, number, tags);
    return true;
  }
}

export class Counter extends Metric { constructor(name, isTime) { super(0, name, isTime); } }
export class Gauge extends Metric { constructor(name, isTime) { super(1, name, isTime); } }
export class Rate extends Metric { constructor(name, isTime) { super(2, name, isTime); } }
export class Trend extends Metric { constructor(name, isTime) { super(3, name, isTime); } }
export default { Counter, Gauge, Rate, Trend };
