/**
 * A process like a Lambda container: one handler, one request at a time; its output is discarded. The parent sends the
 * requests of a round, and this process reports the CPU time of the round.
 */
import { type Asking, contextFor, eventFor } from './events.ts';

export interface Round {
  readonly asking: readonly Asking[];
}

export interface RoundTaken {
  /** CPU time of all threads, in microseconds. */
  readonly cpu: number;
  readonly statuses: Readonly<Record<string, number>>;
}

interface Answered {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
}

const [, , file = ''] = process.argv;
const { handler } = (await import(file)) as { handler(event: object, context: object): Promise<Answered> };

process.on('message', async ({ asking }: Round) => {
  const prepared = asking.map((request) => [eventFor(request), contextFor('bench')] as const);
  const answers: Answered[] = [];
  const before = process.cpuUsage();
  for (const [event, context] of prepared) answers.push(await handler(event, context));
  const { user, system } = process.cpuUsage(before);
  process.send?.({ cpu: user + system, statuses: counted(answers) } satisfies RoundTaken);
});
process.send?.('ready');

function counted(answers: readonly Answered[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { statusCode, headers } of answers) {
    const status = [statusCode, headers['cache-status']?.replace('astake-lookup; ', '')].filter(Boolean).join(' ');
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}
