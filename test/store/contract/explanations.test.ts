import { expect, test } from '@jest/globals';
import type { Explanation } from '../../../lib/domain/explanation.ts';
import { onBoth } from '../subjects.ts';

const explanation: Explanation = {
  requestId: 'one',
  route: 'GET /v1/accounts/{id}',
  at: '2026-11-30T00:00:00.000Z',
  tookMs: 12,
  keptBecause: 'failed',
  status: 503,
  code: 'chain_unavailable',
  detail: 'no node can answer',
  hops: [{ at: 1, step: 'node', outcome: 'failed', node: 'a', method: 'state_get_item', tookMs: 3, breaker: 'closed' }],
  leftOut: 0,
};
const ends = 1_800_000_000;

onBoth((create) => {
  test('gives what was kept until its time is over, though the item is still there (rule EXPLAIN-2)', async () => {
    const { explanations } = (await create()).store;
    await explanations.keep(explanation, ends);
    expect(await explanations.find('one', ends * 1_000 - 1)).toEqual(explanation);
    expect(await explanations.find('one', ends * 1_000)).toBeUndefined();
    expect(await explanations.find('two', 0)).toBeUndefined();
  });
});
