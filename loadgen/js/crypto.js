// The module "k6/crypto".
import N from 'sb:native';

function bytesOf(data) {
  if (typeof data === 'string' || data instanceof ArrayBuffer || ArrayBuffer.isView(data)) return data;
  if (Array.isArray(data)) return Uint8Array.from(data).buffer;
  throw new TypeError('expected a string or an ArrayBuffer');
}

class Hasher {
  #algorithm; #key; #parts = [];
  constructor(algorithm, key) { this.#algorithm = algorithm; this.#key = key; }
  update(data) { this.#parts.push(bytesOf(data)); return this; }
  digest(encoding) { return N.digest(this.#algorithm, this.#key, this.#parts, encoding || ''); }
}

export function createHash(algorithm) { return new Hasher(algorithm, undefined); }
export function createHMAC(algorithm, secret) { return new Hasher(algorithm, bytesOf(secret)); }
export function hmac(algorithm, secret, data, encoding) { return createHMAC(algorithm, secret).update(data).digest(encoding); }
const hash = (algorithm) => (data, encoding) => createHash(algorithm).update(data).digest(encoding);
export const md4 = hash('md4');
export const md5 = hash('md5');
export const sha1 = hash('sha1');
export const sha256 = hash('sha256');
export const sha384 = hash('sha384');
export const sha512 = hash('sha512');
export const sha512_224 = hash('sha512_224');
export const sha512_256 = hash('sha512_256');
export const ripemd160 = hash('ripemd160');
export function randomBytes(count) { return N.randomBytes(Number(count)); }
export default { createHash, createHMAC, hmac, md4, md5, sha1, sha256, sha384, sha512, sha512_224, sha512_256, ripemd160, randomBytes };
