import { expect, test } from '@jest/globals';
import { StoreUnavailable } from '../../../lib/domain/errors.ts';
import type { Explanation } from '../../../lib/domain/explanation.ts';
import { createTrace } from '../../../lib/domain/trace.ts';
import { createKeepExplanation } from '../../../lib/usecases/explaining/keep-explanation.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

function world({ share = 0, drawn = false, keep = async () => {} }: Partial<World> = {}) {
  let now = 1_700_000_000_000;
  const clock = { now: () => now, steady: () => now };
  const kept: { readonly explanation: Explanation; readonly expiresAt: number }[] = [];
  const draws: number[] = [];
  const explanations = {
    keep: async (explanation: Explanation, expiresAt: number) => {
      kept.push({ explanation, expiresAt });
      await keep();
    },
    find: async () => undefined,
  };
  const isDrawn = (of: number): boolean => {
    draws.push(of);
    return drawn;
  };
  const parts = { explanations, clock, traffic: { isDrawn } as never, log: silent, share };
  const keepIt = createKeepExplanation(parts);
  const ended = (what: 'failed' | 'stale' | 'fresh' | 'nothing', timeLeftMs = 5_000) => {
    const trace = createTrace(clock);
    if (what === 'stale') trace.note({ step: 'answer', outcome: 'database', stale: true });
    if (what === 'fresh') trace.note({ step: 'answer', outcome: 'cache', stale: false });
    const code = what === 'failed' ? 'chain_unavailable' : null;
    const status = what === 'failed' ? 503 : 200;
    return keepIt({ requestId: `r${now}`, route: 'GET /v1/x', status, code, detail: null, trace, timeLeftMs });
  };
  return {
    kept,
    draws,
    ended,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}
interface World {
  readonly share: number;
  readonly drawn: boolean;
  readonly keep: () => Promise<void>;
}

const times = async (count: number, end: () => Promise<boolean>): Promise<number> => {
  let kept = 0;
  for (let at = 0; at < count; at += 1) if (await end()) kept += 1;
  return kept;
};

test('what failed and what is stale is kept for a day, of the rest a share (rule EXPLAIN-2)', async () => {
  const none = world({ share: 0 });
  expect(await Promise.all([none.ended('failed'), none.ended('stale'), none.ended('fresh')])).toEqual([
    true,
    true,
    false,
  ]);
  expect(none.kept.map(({ explanation, expiresAt }) => [explanation.keptBecause, expiresAt])).toEqual([
    ['failed', 1_700_086_400],
    ['stale', 1_700_086_400],
  ]);
  expect(none.draws).toEqual([]);
  const some = world({ share: 0.01, drawn: true });
  expect([await some.ended('fresh'), some.draws]).toEqual([true, [0.01]]);
  expect(await world({ share: 0.01, drawn: false }).ended('fresh')).toBe(false);
});

test('a request of which nothing was noted is kept only where it failed', async () => {
  const all = world({ share: 1 });
  expect([await all.ended('nothing'), await all.ended('failed')]).toEqual([false, true]);
});

test('a storm stores five a second, and keeps the last places for what failed (rule EXPLAIN-3)', async () => {
  const storm = world({ share: 1 });
  expect(await times(1_000, () => storm.ended('fresh'))).toBe(3);
  expect(await times(1_000, () => storm.ended('stale'))).toBe(1);
  expect(await times(1_000, () => storm.ended('failed'))).toBe(1);
  storm.pass(999);
  expect(await storm.ended('failed')).toBe(false);
  storm.pass(1);
  expect(await times(1_000, () => storm.ended('failed'))).toBe(5);
  expect(storm.kept).toHaveLength(10);
});

test('a store that fails costs no answer, and is not asked again for ten seconds (rule EXPLAIN-3)', async () => {
  const broken = world({ keep: () => Promise.reject(new StoreUnavailable('down')) });
  expect([await broken.ended('failed'), await broken.ended('failed')]).toEqual([false, false]);
  expect(broken.kept).toHaveLength(1);
  broken.pass(10_000);
  await broken.ended('failed');
  expect(broken.kept).toHaveLength(2);
});

test('a store that hangs holds the answer up for a moment only, and not where no time is left', async () => {
  const hanging = world({ keep: () => new Promise(() => {}) });
  expect(await hanging.ended('failed', 0)).toBe(false);
  expect(hanging.kept).toHaveLength(0);
  expect(await hanging.ended('failed')).toBe(false);
  expect(hanging.kept).toHaveLength(1);
});
