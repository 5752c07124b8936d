// SPDX-License-Identifier: Apache-2.0
// Requests to the server that delivered the page. Every failure is an ApiError whose message can be
// shown as it is; cancelling by signal rejects with the browser's AbortError.
import { takeEarly, type Reply } from '@/base/early';
import { inBatch } from './batch';

/** What the Prometheus API calls errorType, plus the two cases in which there was no such answer. */
export type ErrorType =
  | 'bad_data'
  | 'execution'
  | 'canceled'
  | 'timeout'
  | 'unavailable'
  | 'internal'
  | 'not_found'
  | 'not_acceptable'
  | 'unreachable'
  | 'unexpected_answer';

export class ApiError extends Error {
  constructor(
    message: string,
    readonly errorType: ErrorType,
    readonly status: number,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

export interface Answer<T> {
  data: T;
  warnings: string[];
  infos: string[];
  /** Milliseconds from sending the request to having parsed the answer. */
  roundTripMs: number;
}

export type Params = Record<string, string | number | boolean | readonly string[] | undefined>;

// On port 3000 the Prometheus API lives under its name, on port 9090 at the root. Which of the two
// this page was loaded from shows with the first answer that is no API answer.
const prometheusRoots = ['/prometheus', ''];
let prometheusRoot = 0;

export function prometheusPath(path: string): string {
  return `${prometheusRoots[prometheusRoot]}/api/v1/${path}`;
}

function encode(params: Params): URLSearchParams {
  const out = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined) continue;
    if (Array.isArray(value)) value.forEach((item: string) => out.append(name, item));
    else out.append(name, String(value));
  }
  return out;
}

async function send(
  path: string,
  params: URLSearchParams,
  signal?: AbortSignal,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const query = params.toString();
  // Long selectors do not fit into the request line that proxies accept.
  const asForm = query.length > 3000;
  return reached(async () =>
    asForm
      ? fetch(path, { method: 'POST', body: params, signal: signal ?? null, headers })
      : ((query === '' ? takeEarly(path) : undefined) ??
        fetch(query ? `${path}?${query}` : path, { signal: signal ?? null, headers })),
  );
}

/** What the browser says when nobody answers, in words. */
async function reached<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ApiError || (error instanceof DOMException && error.name === 'AbortError')) throw error;
    throw new ApiError('Signalbox does not answer. Is the server running and the network up?', 'unreachable', 0);
  }
}

async function bodyOf(response: Reply): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    const start = text.trim().slice(0, 200);
    throw new ApiError(
      `The server answered HTTP ${response.status} without JSON${start && !start.startsWith('<') ? `: ${start}` : '.'}`,
      'unexpected_answer',
      response.status,
    );
  }
}

interface Envelope {
  status?: string;
  data?: unknown;
  errorType?: ErrorType;
  error?: string;
  warnings?: string[];
  infos?: string[];
}

function unwrap<T>(body: unknown, response: Reply, roundTripMs: number): Answer<T> {
  const envelope = (body ?? {}) as Envelope;
  if (envelope.status === 'success') {
    return { data: envelope.data as T, warnings: envelope.warnings ?? [], infos: envelope.infos ?? [], roundTripMs };
  }
  throw new ApiError(
    envelope.error ?? `HTTP ${response.status}`,
    envelope.errorType ?? 'unexpected_answer',
    response.status,
  );
}

/** A call of the Prometheus API, path relative to /api/v1. */
export async function prometheus<T>(path: string, params: Params = {}, signal?: AbortSignal): Promise<Answer<T>> {
  const began = performance.now();
  const root = prometheusRoot;
  try {
    const response = await send(prometheusPath(path), encode(params), signal);
    return unwrap<T>(await bodyOf(response), response, performance.now() - began);
  } catch (error) {
    const isWrongRoot = error instanceof ApiError && error.errorType === 'unexpected_answer' && root === 0;
    if (!isWrongRoot || prometheusRoot !== 0) throw error;
    return otherRoot<T>(path, params, error, signal);
  }
}

async function otherRoot<T>(path: string, params: Params, first: ApiError, signal?: AbortSignal): Promise<Answer<T>> {
  prometheusRoot = 1;
  try {
    return await prometheus<T>(path, params, signal);
  } catch (error) {
    if (error instanceof ApiError && error.errorType !== 'unexpected_answer') throw error;
    prometheusRoot = 0;
    throw first;
  }
}

/** A call of another product's API, path from the root of the server. Errors are JSON or plain text. */
export async function product<T>(
  path: string,
  params: Params = {},
  signal?: AbortSignal,
  headers: Record<string, string> = {},
): Promise<T> {
  return productBody<T>(await send(path, encode(params), signal, headers));
}

/** The same for one of many that a page asks at once: they share a request, see batch.ts. */
export async function productTogether<T>(path: string, params: Params = {}, signal?: AbortSignal): Promise<T> {
  const encoded = encode(params);
  const query = encoded.toString();
  const alone = (): Promise<Reply> => send(path, encoded, signal);
  return productBody<T>(await reached(() => inBatch(query ? `${path}?${query}` : path, alone, signal)));
}

/** The same for an answer that is not text. */
export async function productBytes(
  path: string,
  signal?: AbortSignal,
  headers: Record<string, string> = {},
): Promise<Uint8Array> {
  const response = await send(path, new URLSearchParams(), signal, headers);
  if (response.ok) return reached(async () => new Uint8Array(await response.arrayBuffer()));
  return productBody<Uint8Array>(response);
}

async function productBody<T>(response: Reply): Promise<T> {
  if (response.ok) return (await bodyOf(response)) as T;
  throw new ApiError(await reasonOf(response), response.status === 404 ? 'not_found' : 'execution', response.status);
}

/** A document of the server, such as a PDF. */
export async function productBlob(path: string, signal?: AbortSignal): Promise<Blob> {
  let response: Response;
  try {
    response = await fetch(path, { signal: signal ?? null });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError('Signalbox does not answer. Is the server running and the network up?', 'unreachable', 0);
  }
  if (!response.ok) throw new ApiError(await reasonOf(response), 'execution', response.status);
  return response.blob();
}

async function reasonOf(response: Reply): Promise<string> {
  const text = (await response.text()).trim();
  try {
    const body = JSON.parse(text) as { message?: string; error?: unknown; errors?: { msg?: string }[] };
    const said = body.message ?? body.errors?.[0]?.msg ?? (typeof body.error === 'string' ? body.error : undefined);
    if (said) return said;
    if (typeof body.error === 'object' && body.error && 'message' in body.error) return String(body.error.message);
  } catch {
    // Plain text, as Loki and Tempo answer.
  }
  return text === '' || text.startsWith('<') ? `HTTP ${response.status}` : text.slice(0, 400);
}

type Method = 'POST' | 'PUT' | 'DELETE' | 'PATCH';

async function sendBody<T>(method: Method, path: string, body: string | undefined, type: string): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      ...(body === undefined ? {} : { body, headers: { 'Content-Type': type } }),
    });
  } catch {
    throw new ApiError('Signalbox does not answer. Is the server running and the network up?', 'unreachable', 0);
  }
  if (!response.ok) throw new ApiError(await reasonOf(response), 'execution', response.status);
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** Sends JSON; an empty answer is undefined. */
export function sendJson<T>(method: Method, path: string, body?: unknown): Promise<T> {
  return sendBody<T>(method, path, body === undefined ? undefined : JSON.stringify(body), 'application/json');
}

/** Sends text, such as YAML. */
export function sendText<T>(method: Method, path: string, body: string): Promise<T> {
  return sendBody<T>(method, path, body, 'application/yaml');
}

/** A call of Signalbox's own API, path relative to /api/signalbox/v1. Plain JSON, no envelope. */
export async function signalbox<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await send(`/api/signalbox/v1/${path}`, new URLSearchParams(), signal);
  const body = await bodyOf(response);
  if (response.ok) return body as T;
  throw new ApiError((body as Envelope).error ?? `HTTP ${response.status}`, 'unexpected_answer', response.status);
}

export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
