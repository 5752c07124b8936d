// The module "k6/encoding".
import N from 'sb:native';

export function b64encode(input, variant) { return N.b64encode(input, variant || 'std'); }
export function b64decode(input, variant, format) { return N.b64decode(String(input), variant || 'std', format === 's'); }
export default { b64encode, b64decode };
