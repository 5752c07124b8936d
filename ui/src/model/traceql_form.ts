// SPDX-License-Identifier: Apache-2.0
// The fields of the search form as a TraceQL query. What the form cannot say, people write themselves.
export interface SearchForm {
  service: string;
  operation: string;
  status: '' | 'ok' | 'error';
  minDuration: string;
  maxDuration: string;
  /** "http.status_code=500 customer.id=42", of whatever scope. */
  attributes: string;
}

export const emptyForm: SearchForm = {
  service: '',
  operation: '',
  status: '',
  minDuration: '',
  maxDuration: '',
  attributes: '',
};

const isNumber = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text);

const isDuration = (text: string): boolean => /^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text);

/** Complains about what is not a duration of TraceQL; null if all is well. */
export function formProblem(form: SearchForm): string | null {
  for (const text of [form.minDuration, form.maxDuration]) {
    if (text.trim() !== '' && !isDuration(text.trim())) return `“${text}” is no duration. Write 20ms, 1.5s or 2m.`;
  }
  const bad = attributeWords(form.attributes).find((word) => !/^[^=!<>~]+(=~|!=|!~|>=|<=|=|>|<).+$/.test(word));
  return bad === undefined ? null : `“${bad}” is no condition. Write name=value.`;
}

/** Splits at blanks outside quotes. */
export function attributeWords(text: string): string[] {
  return text.match(/(?:[^\s"]|"(?:[^"\\]|\\.)*")+/g) ?? [];
}

function attributeCondition(word: string): string {
  const match = /^([^=!<>~]+)(=~|!=|!~|>=|<=|=|>|<)(.+)$/.exec(word);
  if (!match) return '';
  const [, name = '', operator = '', raw = ''] = match;
  const isPlain = isNumber(raw) || raw === 'true' || raw === 'false' || raw.startsWith('"') || isDuration(raw);
  const isText = operator === '=~' || operator === '!~';
  const scoped = /^(span|resource|event|link|instrumentation|parent)\.|^\./.test(name) ? name : `.${name}`;
  const condition = `${scoped} ${operator} ${isPlain && !(isText && !raw.startsWith('"')) ? raw : JSON.stringify(raw)}`;
  // The same attribute is a number from one SDK and text from another: either will do.
  const eitherWay = operator === '=' && isNumber(raw);
  return eitherWay ? `(${condition} || ${scoped} = ${JSON.stringify(raw)})` : condition;
}

export function queryOf(form: SearchForm): string {
  const parts = [
    form.service && `resource.service.name = ${JSON.stringify(form.service)}`,
    form.operation && `name = ${JSON.stringify(form.operation)}`,
    form.status && `status = ${form.status}`,
    form.minDuration.trim() && `duration >= ${form.minDuration.trim()}`,
    form.maxDuration.trim() && `duration <= ${form.maxDuration.trim()}`,
    ...attributeWords(form.attributes).map(attributeCondition),
  ].filter(Boolean);
  return parts.length === 0 ? '{ }' : `{ ${parts.join(' && ')} }`;
}
