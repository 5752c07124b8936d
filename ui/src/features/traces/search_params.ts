// SPDX-License-Identifier: Apache-2.0
// The search form as parameters of the address.
import { emptyForm, type SearchForm } from '@/model/traceql_form';

export function formOf(params: URLSearchParams): SearchForm {
  return {
    ...emptyForm,
    service: params.get('service') ?? '',
    operation: params.get('operation') ?? '',
    status: (params.get('status') ?? '') as SearchForm['status'],
    minDuration: params.get('min') ?? '',
    maxDuration: params.get('max') ?? '',
    attributes: params.get('attributes') ?? '',
  };
}

export const parameterOf: Record<keyof SearchForm, string> = {
  service: 'service',
  operation: 'operation',
  status: 'status',
  minDuration: 'min',
  maxDuration: 'max',
  attributes: 'attributes',
};
