import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { faultsOf } from '../contract/contract-of.ts';
import { eventually } from '../faults/child.ts';
import { type Got, type Local, startLocal } from '../support/local.ts';

let local: Local;
const ended: (() => void)[] = [];
beforeAll(async () => {
  local = await startLocal({
    env: { ASTAKE_LIMIT_WAITING: '2,10', ASTAKE_LIMIT_ANONYMOUS: '1000000', ASTAKE_ABSENT_CALLS_PER_MINUTE: '0' },
  });
});
afterAll(async () => {
  for (const end of ended) end();
  await local.close();
});

// Rule LIMIT-12.
test('a caller may wait with so many requests, of the feed and of transactions together; the next has its answer at once, or 429', async () => {
  const { head } = (await local.get('/v1/changes')).body;
  const followed = `/v1/changes?after=${head}`;
  const unknown = `/v1/transactions/${'a'.repeat(64)}`;
  const caller = new AbortController();
  ended.push(() => caller.abort());
  /** Waits again and again, also where a probe below was faster. */
  const keepWaiting = async (path: string) => {
    while (!caller.signal.aborted) await fetch(await local.at(path), { signal: caller.signal }).catch(() => undefined);
  };
  const waiting = [`${followed}&wait=25`, `${unknown}?wait=25`].map(keepWaiting);
  for (const [route, path] of [
    ['GET /v1/changes', `${followed}&wait=1`],
    ['GET /v1/transactions/{hash}', `${unknown}?wait=1`],
  ] as const) {
    let got: Got | undefined;
    await eventually(async () => {
      got = await local.get(path);
      return got.status === 429;
    });
    expect([got?.body.code, got?.headers.get('retry-after')]).toEqual(['rate_limited', '5']);
    expect(got && faultsOf(route, got)).toEqual([]);
  }
  expect((await local.get(followed)).status).toBe(200);
  // Who hangs up gives its place back.
  caller.abort();
  await Promise.all(waiting);
  await eventually(async () => (await local.get(`${followed}&wait=1`)).status === 200);
});
