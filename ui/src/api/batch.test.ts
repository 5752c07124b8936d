// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

type Http = typeof import('./http');
let http: Http;
let requests: { url: string; init: RequestInit }[];

/** A stream that the test fills. */
function open(): { response: Response; push: (text: string) => void; end: () => void } {
  let controller: ReadableStreamDefaultController<Uint8Array>;
  const stream = new ReadableStream<Uint8Array>({ start: (one) => void (controller = one) });
  return {
    response: new Response(stream),
    push: (text) => controller.enqueue(new TextEncoder().encode(text)),
    end: () => controller.close(),
  };
}

function serve(answer: (url: string, init: RequestInit) => Response | Promise<Response>): void {
  vi.stubGlobal('fetch', (url: string, init: RequestInit = {}) => {
    requests.push({ url, init });
    return Promise.resolve(answer(url, init));
  });
}

const frame = (index: number, status: number, body: string): string =>
  `${index} ${status} ${new TextEncoder().encode(body).length} application/json\n${body}`;

beforeEach(async () => {
  requests = [];
  vi.resetModules();
  http = await import('./http');
});
afterEach(() => vi.unstubAllGlobals());

describe('productTogether', () => {
  it('sends what is asked at once as one request, and answers each as it comes', async () => {
    const { response, push, end } = open();
    serve(() => response);
    const seen: string[] = [];
    const first = http.productTogether<string>('/loki/a', { q: 'x y' }).then((one) => seen.push(one));
    const second = http.productTogether<string>('/prometheus/b').then((one) => seen.push(one));
    const third = http.productTogether('/c');
    push(`${frame(1, 200, '"zwei €"')}0 20`);
    await second;
    expect(seen).toEqual(['zwei €']);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      url: '/api/signalbox/v1/batch',
      init: { method: 'POST', body: '/loki/a?q=x+y\n/prometheus/b\n/c' },
    });
    push('0 5 application/json\n"one"');
    await first;
    push(frame(2, 400, '{"error":"no such thing"}'));
    await expect(third).rejects.toMatchObject({ status: 400, message: 'no such thing' });
    end();
  });

  it('sends what is alone by itself', async () => {
    serve(() => new Response('7'));
    expect(await http.productTogether<number>('/a', { b: 1 })).toBe(7);
    expect(requests.map(({ url }) => url)).toEqual(['/a?b=1']);
  });

  it('asks one by one where there are no batches, from then on', async () => {
    serve((url) => (url.startsWith('/api/signalbox') ? new Response('', { status: 404 }) : new Response(`"${url}"`)));
    const both = () => Promise.all([http.productTogether('/a'), http.productTogether('/b')]);
    expect(await both()).toEqual(['/a', '/b']);
    expect(await both()).toEqual(['/a', '/b']);
    expect(requests.filter(({ url }) => url.startsWith('/api/signalbox'))).toHaveLength(1);
  });

  it('ends the request with the last one that is wanted, not before', async () => {
    const { response } = open();
    serve(() => response);
    const [a, b] = [new AbortController(), new AbortController()];
    const asked = [
      http.productTogether('/a', {}, a.signal).catch((error: Error) => error.name),
      http.productTogether('/b', {}, b.signal).catch((error: Error) => error.name),
    ];
    await Promise.resolve();
    const { signal } = requests[0]?.init as { signal: AbortSignal };
    a.abort();
    expect(signal.aborted).toBe(false);
    b.abort();
    expect(signal.aborted).toBe(true);
    expect(await Promise.all(asked)).toEqual(['AbortError', 'AbortError']);
  });

  it('never sends what was aborted before', async () => {
    serve(() => new Response('1'));
    const gone = new AbortController();
    const [a, b] = [http.productTogether('/a', {}, gone.signal), http.productTogether('/b')];
    gone.abort();
    await expect(a).rejects.toMatchObject({ name: 'AbortError' });
    expect(await b).toBe(1);
    expect(requests.map(({ url }) => url)).toEqual(['/b']);
  });

  it('fails what the answer leaves out', async () => {
    const { response, push, end } = open();
    serve(() => response);
    const [a, b] = [http.productTogether('/a'), http.productTogether('/b')];
    const failed = expect(b).rejects.toMatchObject({ errorType: 'unreachable' });
    push(frame(0, 200, '1'));
    end();
    expect(await a).toBe(1);
    await failed;
  });
});
