import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import { LOGIC_VERSION, noProgress, type Progress } from '../../../lib/domain/progress.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { readReadiness, recentReadiness } from '../../../lib/usecases/status/ready.ts';
import { readStats } from '../../../lib/usecases/status/stats.ts';
import { clockOf } from '../../support/clock.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { startService, type TestService } from '../../support/service.ts';

const truth = recordedTruth('chain-a');
/** Recorded blocks are a second apart. */
const limit = 20;
const [first, second] = truth.accounts
  .map(({ id }) => ({ kind: 'account', id }))
  .filter(({ id }) => truth.account(id, 60));
const account = first ?? { kind: '', id: '' };
const unknown = { kind: 'account', id: `account-hash-${'0'.repeat(64)}` };

let running: TestService;
/** The clock stands still, so that the figures are exact. */
let now: number;
let meanwhile: ((name: string) => unknown) | undefined;
beforeEach(async () => {
  meanwhile = undefined;
  now = Date.now();
  running = await startService({
    height: 60,
    onCall: async (name) => void (await meanwhile?.(name)),
  });
});
afterEach(() => running.close());

function followed(height: number, head = 60, changed: Partial<Progress> = {}): void {
  const seenAt = new Date(now).toISOString();
  running.store.tables.progress = {
    ...noProgress,
    network: running.node.chainName,
    head: { ...truth.block(head), seenAt },
    cursor: truth.block(height),
    mark: height,
    followedFrom: 10,
    logicVersion: LOGIC_VERSION,
    ...changed,
  };
}

const frozen = () => ({ ...running.service, clock: clockOf(() => now) });

const behind = (from: number, to: number) =>
  Math.floor((Date.parse(truth.block(to).timestamp) - Date.parse(truth.block(from).timestamp)) / 1000);

describe('ready', () => {
  const asked = () => readReadiness(limit, frozen());

  test('is false before sync has followed the chain', async () => {
    expect(await asked()).toEqual({
      ready: false,
      reason: 'sync has not followed the chain yet',
      network: running.node.chainName,
      cursor: null,
      head: null,
      lagBlocks: null,
      lagSeconds: null,
      limitSeconds: limit,
    });
  });

  test('is true if the cursor is at the head, even if the chain’s blocks are old; no node is called', async () => {
    followed(60);
    expect(await asked()).toMatchObject({
      ready: true,
      reason: null,
      cursor: truth.block(60),
      lagBlocks: 0,
      lagSeconds: 0,
    });
    expect(running.node.calls().total).toBe(0);
  });

  test('is false beyond the limit of lag, and true again after catching up', async () => {
    const near = Array.from({ length: 60 }, (_, height) => height).find((height) => behind(height, 60) <= limit) ?? 60;
    followed(near);
    expect(await asked()).toMatchObject({ ready: true, lagBlocks: 60 - near, lagSeconds: behind(near, 60) });
    followed(near - 1);
    expect(await asked()).toMatchObject({
      ready: false,
      reason: `the data is ${behind(near - 1, 60)} s behind, more than ${limit} s`,
      lagBlocks: 61 - near,
      lagSeconds: behind(near - 1, 60),
    });
    followed(60);
    expect(await asked()).toMatchObject({ ready: true });
  });

  test('is false if the head was not seen for longer than the limit', async () => {
    followed(60);
    now += limit * 1_000;
    expect(await asked()).toMatchObject({ ready: true, lagSeconds: limit });
    now += 1_000;
    expect(await asked()).toMatchObject({ ready: false, lagBlocks: 0, lagSeconds: limit + 1 });
  });

  test('is measured from a head that this process has seen and the store has not', async () => {
    followed(60);
    running.node.setHeight(110);
    await lookup(account, defaultReadOptions, running.service);
    followed(60);
    expect(await asked()).toMatchObject({
      ready: false,
      head: { height: 110 },
      lagBlocks: 50,
      lagSeconds: behind(60, 110),
    });
  });

  test('is false if sync has stalled', async () => {
    followed(60, 60, { stalled: { since: '2026-11-24T10:00:00.000Z', reason: 'our last block is gone' } });
    expect(await asked()).toMatchObject({
      ready: false,
      reason: 'sync has stalled since 2026-11-24T10:00:00.000Z',
      lagSeconds: 0,
    });
  });

  test.each<[string, () => Promise<unknown>]>([
    ['fails', async () => Promise.reject(new Error('down'))],
    ['does not answer', () => new Promise(() => undefined)],
  ])('is false if the store %s', async (_how, answer) => {
    followed(60);
    meanwhile = (name) => (name === 'progress.read' ? answer() : undefined);
    expect(await asked()).toMatchObject({ ready: false, reason: 'the store is not available', cursor: null });
  });
});

describe('readiness for anyone', () => {
  const ask = () => recentReadiness(limit, running.service);
  let reads: number;
  beforeEach(() => {
    reads = 0;
    meanwhile = (name) => {
      if (name === 'progress.read') reads += 1;
    };
    running.stopClock();
  });

  test('is read from the store once in five seconds, however often it is asked for', async () => {
    now = running.service.clock.now();
    followed(60);
    const answers = await Promise.all([ask(), ask(), ask()]);
    running.pass(4_900);
    answers.push(await ask());
    expect(answers.map(({ ready }) => ready)).toEqual(Array(4).fill(true));
    expect(reads).toBe(1);
    running.pass(200);
    await ask();
    expect(reads).toBe(2);
  });

  test('is seen at once when it comes back, costs one read at a time until then, and names no node', async () => {
    now = running.service.clock.now();
    followed(60, 60, { stalled: { since: '2026-11-24T10:00:00.000Z', reason: 'no node can answer: n1 (HTTP 500)' } });
    const answers = await Promise.all([ask(), ask(), ask()]);
    expect(reads).toBe(1);
    expect(answers).toMatchObject(Array(3).fill({ ready: false }));
    expect(JSON.stringify(answers)).not.toContain('n1');
    followed(60);
    expect(await ask()).toMatchObject({ ready: true });
  });
});

describe('stats', () => {
  const asked = () => readStats(running.service.telemetry.counts(), frozen());

  test('count this instance’s answers by source and kind, with the share of the cache', async () => {
    const { service, node } = running;
    await lookup(account, defaultReadOptions, service);
    await lookup(account, defaultReadOptions, service);
    await lookup(account, defaultReadOptions, service);
    await lookup(second ?? account, defaultReadOptions, service);
    await lookup(unknown, defaultReadOptions, service);
    node.fault('down');
    await lookup(account, { ...defaultReadOptions, noCache: true }, service);
    await lookup({ kind: 'staking', id: unknown.id }, defaultReadOptions, service).catch(() => undefined);
    const calls = node.calls().total;
    const { instance, note } = await asked();
    expect(instance).toMatchObject({
      answers: { account: { cache: 2, chain: 3, database: 1, absent: 1 } },
      hitRate: 2 / 6,
      counts: { AnswerFromCache: 2, AnswerFromChain: 3, AnswerFromDatabase: 1, AnswerAbsent: 1, ChainUnavailable: 2 },
      upstreams: [{ name: new URL(node.url).host, height: 60, state: 'unhealthy' }],
    });
    expect(instance.answers).not.toHaveProperty('staking');
    expect(Date.parse(instance.startedAt)).toBeGreaterThanOrEqual(now);
    expect(instance.chainCalls).toBeGreaterThan(0);
    expect(note).toMatch(/CloudWatch/);
    // No node was called for these figures.
    expect(node.calls().total).toBe(calls);
  });

  test('stay after an invocation has published its metrics', async () => {
    const { service } = running;
    await lookup(account, defaultReadOptions, service);
    service.telemetry.flush();
    await lookup(account, defaultReadOptions, service);
    expect((await asked()).instance.counts).toMatchObject({ AnswerFromChain: 1, AnswerFromCache: 1 });
  });

  test('have no hit rate before the first answer', async () => {
    expect((await asked()).instance).toMatchObject({ answers: {}, hitRate: null, counts: {}, chainCalls: 0 });
  });

  test('include the store’s figures: the lag, the last ticks, conflicts, invalidations', async () => {
    const { progress } = running.store;
    const reconcileFrom = { height: 50, reason: 'a gap', at: '2026-11-24T09:00:00.000Z' };
    followed(55, 60, { reconcileFrom });
    const tick = {
      at: '2026-11-24T10:00:00.000Z',
      from: 51,
      to: 55,
      refreshed: 3,
      calls: 20,
      milliseconds: 80,
      stoppedBy: 'done',
      reason: null,
      stuckAt: null,
      unseen: [52],
    } as const;
    await progress.noteTick(tick);
    await progress.noteTick({ ...tick, from: null, to: null, unseen: [] });
    await progress.invalidate({ kind: 'account', prefix: '', height: 20 });
    const conflict = (id: string, status: string) =>
      running.store.tables.conflicts.set(id, { id, status, openedAt: tick.at } as never);
    conflict('one', 'open');
    conflict('two', 'awaiting-review');
    conflict('three', 'awaiting-review');
    conflict('four', 'resolved');
    expect((await asked()).store).toEqual({
      cursor: truth.block(55),
      head: expect.objectContaining(truth.block(60)),
      lagBlocks: 5,
      lagSeconds: behind(55, 60),
      stalled: null,
      reconcileFrom,
      lastTicks: [{ ...tick, from: null, to: null, unseen: [] }, tick],
      conflicts: { open: 1, awaitingReview: 2 },
      invalidations: [{ kind: 'account', prefix: '', height: 20 }],
      coverage: expect.objectContaining({ records: 0, share: null }),
      drift: expect.objectContaining({ days: [] }),
      webhooks: expect.objectContaining({ active: 0, oldestUndelivered: null }),
      collections: expect.objectContaining({ whole: 0, notWhole: 2 }),
      hotKeys: [],
    });
  });

  test('are only this instance’s figures while the store cannot be read', async () => {
    meanwhile = (name) => {
      if (name === 'progress.ticks') throw new Error('down');
    };
    expect(await asked()).toMatchObject({ instance: { answers: {} }, store: null });
  });
});
