/**
 * A process like a Lambda container: one handler, one request at a time; its output is discarded. The parent sends the
 * requests of a round, and this process reports the CPU time of the round.
 */
import type { Logged } from '../../infra/cost/counted.ts';
import { type Asking, contextFor, eventFor } from './events.ts';

export interface Round {
  readonly asking: readonly Asking[];
}

export interface RoundTaken {
  /** CPU time of all threads, in microseconds. */
  readonly cpu: number;
  readonly statuses: Readonly<Record<string, number>>;
  /** What the handler has logged since the last round. */
  readonly log: Logged;
  /** Headers and bodies of the answers. */
  readonly bytes: number;
}

interface Answered {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

let log = { lines: 0, bytes: 0 };
for (const stream of [process.stdout, process.stderr]) {
  stream.write = (chunk: string | Uint8Array) => {
    const text = String(chunk);
    log.lines += text.split('\n').length - 1;
    log.bytes += Buffer.byteLength(text);
    return true;
  };
}

const [, , file = ''] = process.argv;
const { handler } = (await import(file)) as { handler(event: object, context: object): Promise<Answered> };

process.on('message', async ({ asking }: Round) => {
  const prepared = asking.map((request) => [eventFor(request), contextFor('bench')] as const);
  const answers: Answered[] = [];
  const before = process.cpuUsage();
  for (const [event, context] of prepared) answers.push(await handler(event, context));
  const { user, system } = process.cpuUsage(before);
  const logged = log;
  log = { lines: 0, bytes: 0 };
  process.send?.({
    cpu: user + system,
    statuses: counted(answers),
    bytes: bytesOf(answers),
    log: logged,
  } satisfies RoundTaken);
});
process.send?.('ready');

function counted(answers: readonly Answered[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { statusCode, headers } of answers as readonly Partial<Answered>[]) {
    const status = [statusCode, headers?.['cache-status']?.replace('astake-lookup; ', '')].filter(Boolean).join(' ');
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

const bytesOf = (answers: readonly Answered[]): number =>
  answers.reduce((sum, answer) => sum + JSON.stringify(answer?.headers ?? {}).length + bodyBytes(answer), 0);

const bodyBytes = ({ body = '', isBase64Encoded = false }: Partial<Answered> = {}): number =>
  Buffer.byteLength(body, isBase64Encoded ? 'base64' : 'utf8');
