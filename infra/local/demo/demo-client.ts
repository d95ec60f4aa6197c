import type { DevChain } from '../dev-chain/dev-chain.ts';
import { extractOf } from './extract.ts';
import { linesOf } from './lines.ts';

export interface DemoReply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the steps look into answers of every shape
  readonly body: any;
  /** JSON-RPC requests that were made for the answer, by method. */
  readonly calls: Readonly<Record<string, number>>;
  readonly totalCalls: number;
}

export interface DemoClient {
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<DemoReply>;
  post(path: string, refs: readonly object[]): Promise<DemoReply>;
}

const gap = '   ';
const shownHeaders = ['Age', 'Cache-Control', 'Cache-Status', 'Casper-Block-Height', 'Retry-After'];

/** Sends real requests. Prints each one with its answer: status, headers about the source, an extract of the body. */
export function createDemoClient(url: string, chain: DevChain, print: (line: string) => void): DemoClient {
  async function send(line: string, path: string, init: RequestInit): Promise<DemoReply> {
    for (const part of linesOf(line, '   > ', '     ', gap)) print(part);
    chain.resetCalls();
    const started = performance.now();
    const response = await fetch(url + path, init);
    const body = JSON.parse(await response.text());
    const milliseconds = Math.round(performance.now() - started);
    const { total, byMethod } = chain.calls();
    const { status, headers } = response;
    print(`   < ${status} in ${milliseconds} ms, ${total} chain call${total === 1 ? '' : 's'}`);
    const shown = shownHeaders.flatMap((name) => (headers.has(name) ? [`${name}: ${headers.get(name)}`] : []));
    if (shown.length > 0) for (const part of linesOf(shown.join(gap), '   < ', '     ', gap)) print(part);
    for (const part of extractOf(body)) for (const piece of linesOf(part, '     ', '       ')) print(piece);
    return { status, headers, body, calls: byMethod, totalCalls: total };
  }

  return {
    get: (path, headers = {}) =>
      send([`GET ${path}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)].join(gap), path, {
        headers,
      }),
    post: (path, refs) =>
      send([`POST ${path}`, ...refs.map((ref) => JSON.stringify(ref))].join(gap), path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ refs }),
      }),
  };
}
