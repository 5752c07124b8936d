// SPDX-License-Identifier: Apache-2.0
// The entry of the server's renderer: dashboards as PDF and panels as SVG, in an engine without a browser.
// The program calls signalboxPrint(job as JSON), then lets it ask and wait until the answer is there.
import '@/base/headless/globals';
import '@/base/headless/dom';
import { QueryClient } from '@tanstack/react-query';
import { ApiError } from '@/api/http';
import '@/base/headless/host';
import { print, type PrintJob } from '@/features/dashboards/print/print_dashboard';

export interface PrintAnswer {
  /** As HTTP has it; 200 with the document, else with a message. */
  status: number;
  message: string;
  document: Uint8Array | string;
}

declare global {
  var signalboxPrint: (job: string) => Promise<PrintAnswer>;
}

function failure(error: unknown): PrintAnswer {
  const isKnown = error instanceof ApiError;
  const status = isKnown && error.status >= 400 && error.status < 600 ? error.status : isKnown ? 502 : 500;
  const message = isKnown ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { status, message, document: '' };
}

globalThis.signalboxPrint = async (job) => {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, networkMode: 'always' } } });
  const host = globalThis.signalboxHost;
  try {
    const deflate = (bytes: Uint8Array): Uint8Array => new Uint8Array(host.deflate(bytes));
    const document = await print(JSON.parse(job) as PrintJob, { client, deflate });
    return { status: 200, message: '', document };
  } catch (error) {
    return failure(error);
  }
};
