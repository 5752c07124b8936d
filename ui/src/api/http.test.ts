// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

type Http = typeof import('./http');
let http: Http;
let requests: { url: string; init: RequestInit }[];

function serve(answer: (url: string) => Response | Promise<Response>): void {
  vi.stubGlobal('fetch', (url: string, init: RequestInit = {}) => {
    requests.push({ url, init });
    return Promise.resolve(answer(url));
  });
}

const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status });

beforeEach(async () => {
  requests = [];
  vi.resetModules();
  http = await import('./http');
});
afterEach(() => vi.unstubAllGlobals());

describe('prometheus', () => {
  it('unwraps the envelope with warnings and infos', async () => {
    serve(() => json({ status: 'success', data: [1], warnings: ['w'], infos: ['i'] }));
    const answer = await http.prometheus<number[]>('query', { query: 'up', 'match[]': ['a', 'b'], limit: undefined });
    expect(answer).toMatchObject({ data: [1], warnings: ['w'], infos: ['i'] });
    expect(requests[0]?.url).toBe('/prometheus/api/v1/query?query=up&match%5B%5D=a&match%5B%5D=b');
  });

  it('hands on the error of the API with its type', async () => {
    serve(() =>
      json({ status: 'error', errorType: 'bad_data', error: 'invalid parameter "query": 1:3: parse error' }, 400),
    );
    await expect(http.prometheus('query')).rejects.toMatchObject({
      errorType: 'bad_data',
      status: 400,
      message: /1:3/,
    });
  });

  it('falls back to the root of port 9090, and remembers it', async () => {
    serve((url) =>
      url.startsWith('/prometheus/') ? new Response('<html>', { status: 404 }) : json({ status: 'success', data: 7 }),
    );
    expect((await http.prometheus('labels')).data).toBe(7);
    expect((await http.prometheus('labels')).data).toBe(7);
    expect(requests.map((request) => request.url)).toEqual([
      '/prometheus/api/v1/labels',
      '/api/v1/labels',
      '/api/v1/labels',
    ]);
  });

  it('keeps its path when no path answers, and says what came back', async () => {
    serve(() => new Response('upstream is gone', { status: 502 }));
    await expect(http.prometheus('labels')).rejects.toThrow(
      'The server answered HTTP 502 without JSON: upstream is gone',
    );
    expect(http.prometheusPath('x')).toBe('/prometheus/api/v1/x');
  });

  it('sends long queries as a form', async () => {
    serve(() => json({ status: 'success', data: [] }));
    await http.prometheus('query', { query: 'x'.repeat(4000) });
    expect(requests[0]).toMatchObject({ url: '/prometheus/api/v1/query', init: { method: 'POST' } });
  });

  it('tells an unreachable server from a cancelled request', async () => {
    serve(() => Promise.reject(new TypeError('Failed to fetch')));
    await expect(http.prometheus('labels')).rejects.toMatchObject({ errorType: 'unreachable' });
    serve(() => Promise.reject(new DOMException('stop', 'AbortError')));
    await expect(http.prometheus('labels')).rejects.toMatchObject({ name: 'AbortError' });
  });
});
