import { expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { pause } from '../../lib/domain/deadline.ts';
import { invoked } from '../../lib/runtime/invocation.ts';
import { asInstance, type Running } from '../../lib/runtime/service.ts';
import { inVirtualTime } from '../support/in-virtual-time.ts';

/** Invokes a function whose last writes take so long. Gives the order of events, each with its moment. */
async function invocation(flushMs: number): Promise<string[]> {
  const events: string[] = [];
  await inVirtualTime(async () => {
    const began = Date.now();
    const note = (event: string): void => void events.push(`${event} at ${Date.now() - began}`);
    const telemetry = { begin: () => undefined, flush: () => note('telemetry') };
    const flushed = (): Promise<void> => pause(flushMs).then(() => note('written'));
    const running = { chain: { flushed }, telemetry } as unknown as Running;
    const handler = invoked(async () => 'done') as (event: object, context: Context) => Promise<string>;
    await asInstance(running, () => handler({}, { awsRequestId: 'id' } as Context));
    note('result');
  });
  return events;
}

test('an invocation waits for its last writes, since Lambda freezes the process after it', async () => {
  expect(await invocation(150)).toEqual(['written at 150', 'telemetry at 150', 'result at 150']);
});

test('and for no longer than 200 ms, should the table hang', async () => {
  expect(await invocation(60_000)).toEqual(['telemetry at 200', 'result at 200']);
});
