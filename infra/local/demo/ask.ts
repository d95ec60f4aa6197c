import type { DevChain } from '../dev-chain/dev-chain.ts';
import { extractOf } from './extract.ts';
import { linesOf } from './lines.ts';

export interface Asked {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the steps look into answers of every shape
  readonly body: any;
  /** JSON-RPC requests that the answer cost, by method. */
  readonly calls: Readonly<Record<string, number>>;
  readonly callsInAll: number;
}

export interface Ask {
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Asked>;
  post(path: string, refs: readonly object[]): Promise<Asked>;
}

const gap = '   ';
const telling = ['Age', 'Cache-Control', 'Cache-Status', 'Casper-Block-Height', 'Retry-After'];

/** Real requests, each printed with its answer: status, the headers that tell where it is from, an extract of the body. */
export function asker(url: string, chain: DevChain, print: (line: string) => void): Ask {
  async function send(line: string, path: string, init: RequestInit): Promise<Asked> {
    for (const part of linesOf(line, '   > ', '     ', gap)) print(part);
    chain.resetCalls();
    const started = performance.now();
    const response = await fetch(url + path, init);
    const body = JSON.parse(await response.text());
    const milliseconds = Math.round(performance.now() - started);
    const { total, byMethod } = chain.calls();
    const { status, headers } = response;
    print(`   < ${status} in ${milliseconds} ms, ${total} chain call${total === 1 ? '' : 's'}`);
    const told = telling.flatMap((name) => (headers.has(name) ? [`${name}: ${headers.get(name)}`] : []));
    if (told.length > 0) for (const part of linesOf(told.join(gap), '   < ', '     ', gap)) print(part);
    for (const part of extractOf(body)) for (const cut of linesOf(part, '     ', '       ')) print(cut);
    return { status, headers, body, calls: byMethod, callsInAll: total };
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
