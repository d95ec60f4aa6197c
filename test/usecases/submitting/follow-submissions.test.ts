import { describe, expect, jest, test } from '@jest/globals';
import { firstBrokenLink } from '../../../lib/domain/audit-chain.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import { type StoredSubmission, submissionRef } from '../../../lib/domain/submission.ts';
import { rewind } from '../../../lib/usecases/following/rewind.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { recordPending } from '../../../lib/usecases/submitting/record-pending.ts';
import { submissionSample } from '../../store/samples.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { forkedAbove } from '../following/fork.ts';
import { copyOf, recover, workAndDie } from '../following/killed.ts';
import { type Alter, createWorld, type World } from '../following/world.ts';

/** A safety net against hanging: no verdict depends on it. */
jest.setTimeout(600_000);

const truth = recordedTruth('chain-a');
const timeOf = (height: number): number => Date.parse(truth.block(height).timestamp);
const inBlock = truth.transactions.find(({ height, errorMessage }) => height > 26 && errorMessage === null);
const failed = truth.transactions.find(({ height, errorMessage }) => height > 26 && errorMessage !== null);
const by = 'key:0123456789ab';

type Executed = NonNullable<typeof inBlock>;

const submissionOf = (hash: string, parts: Partial<StoredSubmission> = {}): StoredSubmission =>
  submissionSample({ hash, by, state: 'accepted', validUntil: '2099-01-01T00:00:00.000Z', ...parts });

/** A world whose sync has followed the block before the one that holds the transaction. */
async function worldBefore(height: number, ...submissions: readonly StoredSubmission[]): Promise<World> {
  const world = await createWorld({ height: height - 1 });
  await runTick(world.process());
  for (const one of submissions) await world.process().submissions.change(one);
  return world;
}

const stored = ({ tables }: World, { hash }: { readonly hash: string }) => tables.submissions.get(hash);
const trailOf = ({ tables }: World, { hash }: { readonly hash: string }) =>
  tables.audit.get(`submission#${submissionRef(hash).id}`) ?? [];
const eventsOf = ({ tables }: World) =>
  [...tables.outbox.values()].map(({ event }) => event).filter(({ type }) => type === 'SubmissionEnded');

async function tick(world: World, height: number): Promise<number> {
  world.setHeight(height);
  const service = world.process();
  expect((await runTick(service)).stoppedBy).toBe('done');
  return service.chain.calls();
}

/** A node that fails when it is asked for one of these transactions. */
const muteAbout =
  (isAffected: (hash: string) => boolean): Alter =>
  (method, params, forward) => {
    const [hash] = method === 'info_get_transaction' ? Object.values<string>(params.transaction_hash) : [];
    return hash !== undefined && isAffected(hash) ? { error: { code: -32603, message: 'no', data: null } } : forward();
  };

describe('rule SUBMIT-6: a submission that sync follows', () => {
  test.each([
    ['processed', inBlock],
    ['failed', failed],
  ] as const)('ends as %s in the block that holds it, with entry and event', async (outcome, found) => {
    const { hash, height } = found as Executed;
    const world = await worldBefore(height, submissionOf(hash));
    await recordPending(submissionOf(hash), world.process());
    await tick(world, height);
    const block = { height, hash: truth.block(height).hash };
    expect(stored(world, { hash })).toMatchObject({ state: 'ended', outcome, block, fork: 0 });
    const [entry, ...others] = trailOf(world, { hash });
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      cause: 'sync',
      actor: 'service',
      after: { state: 'ended', outcome, block },
      block: truth.block(height),
    });
    expect(eventsOf(world)).toMatchObject([
      { id: `SubmissionEnded#submission#${hash}#1`, detail: { hash, state: 'ended', outcome, block } },
    ]);
    expect(await world.process().submissions.open(9)).toEqual([]);
  });

  test('asks no node beyond what the block costs anyway, where it has its record', async () => {
    const { hash, height } = inBlock as Executed;
    const world = await worldBefore(height);
    await recordPending(submissionOf(hash), world.process());
    const without = await createWorld({ height: height - 1, tables: copyOf(world.tables) });
    await world.process().submissions.change(submissionOf(hash));
    // A tick without a new block, too.
    const standing = await tick(world, height - 1);
    expect(standing).toBe(await tick(without, height - 1));
    expect(await tick(world, height)).toBe(await tick(without, height));
    expect(stored(world, { hash })?.state).toBe('ended');
  });

  test('costs one query where none is open', async () => {
    const world = await worldBefore(30);
    const calls: string[] = [];
    await runTick(
      world.process({
        onCall: (name) => {
          if (name.startsWith('submissions.')) calls.push(name);
        },
      }),
    );
    expect(calls).toEqual(['submissions.open']);
  });

  test('and was never recorded, is recorded as pending on behalf of who submitted it', async () => {
    const { hash, height } = inBlock as Executed;
    const world = await worldBefore(height, submissionOf(hash, { state: 'unknown' }));
    await tick(world, height - 1);
    expect(world.tables.audit.get(`transaction#${hash}`)).toMatchObject([
      { cause: 'submission', actor: by, after: { status: 'pending' } },
    ]);
    expect(stored(world, { hash })?.state).toBe('accepted');
    await tick(world, height);
    expect(stored(world, { hash })).toMatchObject({ state: 'ended', block: { height } });
  });

  test('is left alone while a process holds its claim', async () => {
    const world = await worldBefore(30);
    const now = world.process().clock.now();
    const sending = submissionOf('a'.repeat(64), { state: 'sending', until: now + 10_000, validUntil: '2020-01-01' });
    await world.process().submissions.change(sending);
    await tick(world, 30);
    expect(stored(world, sending)).toEqual(sending);
  });

  test('expires when a followed block is beyond its time to live, and not by the clock', async () => {
    const gone = submissionOf('a'.repeat(64), { validUntil: truth.block(30).timestamp });
    const world = await worldBefore(30, gone);
    world.pass(86_400_000);
    await tick(world, 29);
    await tick(world, 30);
    expect(stored(world, gone)?.state).toBe('accepted');
    await tick(world, 31);
    const block = { height: 31, hash: truth.block(31).hash };
    expect(stored(world, gone)).toMatchObject({ state: 'expired', outcome: null, block });
    expect(eventsOf(world)).toMatchObject([{ detail: { hash: gone.hash, state: 'expired', outcome: null, block } }]);
  });

  test('does not expire by a block that sync has not followed', async () => {
    const gone = submissionOf('a'.repeat(64), { validUntil: truth.block(30).timestamp });
    const world = await worldBefore(30, gone);
    let isHeld = true;
    const alter: Alter = (method, params, forward) =>
      isHeld && method === 'chain_get_block' && params?.block_identifier?.Height === 31
        ? { error: { code: -32603, message: 'no', data: null } }
        : forward();
    // Readers are at block 33 already; the tick ends at block 30.
    const ahead = await createWorld({ height: 33, nodes: [alter], tables: world.tables });
    const { stoppedBy, to } = await runTick(ahead.process(), { startMs: 60_000, wholeMs: 600_000, calls: 0 });
    expect([stoppedBy, to]).toEqual(['calls', 30]);
    expect(stored(ahead, gone)?.state).toBe('accepted');
    isHeld = false;
    await tick(ahead, 33);
    expect(stored(ahead, gone)?.state).toBe('expired');
  });

  test('does not end by a record that was changed outside this service', async () => {
    const { hash, height } = inBlock as Executed;
    const world = await worldBefore(height, submissionOf(hash));
    await recordPending(submissionOf(hash), world.process());
    const key = `transaction#${hash}`;
    const record = world.tables.records.get(key);
    const value = { ...record?.value, status: 'processed', executedAt: { height: 3, hash: 'b'.repeat(64) } };
    world.tables.records.set(key, { ...(record as EntityRecord), value });
    await tick(world, height - 1);
    expect(stored(world, { hash })?.state).toBe('accepted');
    await tick(world, height);
    expect(stored(world, { hash })).toMatchObject({ state: 'ended', block: { height } });
  });

  test('that is in a block has ended, however late sync learns of it', async () => {
    const { hash, height } = inBlock as Executed;
    const late = submissionOf(hash, { validUntil: new Date(timeOf(height) + 1).toISOString() });
    const world = await worldBefore(height + 3, late);
    await tick(world, height + 4);
    expect(stored(world, { hash })).toMatchObject({ state: 'ended', block: { height } });
  });

  test('stays open while no node can say what became of it', async () => {
    const gone = submissionOf('a'.repeat(64), { validUntil: truth.block(20).timestamp });
    const world = await createWorld({ height: 30, nodes: [muteAbout((hash) => hash === gone.hash)] });
    await world.process().submissions.change(gone);
    await tick(world, 31);
    expect(stored(world, gone)?.state).toBe('accepted');
    expect(trailOf(world, gone)).toEqual([]);
  });

  test('gets its turn behind fifty that no node decides', async () => {
    const waiting = Array.from({ length: 55 }, (_, at) => (at + 1).toString(16).padStart(64, '0'));
    const later = truth.transactions.findLast(({ kind }) => kind === 'Version1')?.hash ?? '';
    // A node that has them, in a block above any that sync comes to.
    const alter: Alter = (method, params, forward) => {
      const hash = method === 'info_get_transaction' ? params.transaction_hash.Version1 : undefined;
      if (!waiting.includes(hash)) return forward();
      const answer = JSON.stringify(forward({ transaction_hash: { Version1: later } })).replaceAll(later, String(hash));
      const { result, ...rest } = JSON.parse(answer);
      const execution_info = { block_height: 1_000, block_hash: 'b'.repeat(64), execution_result: null };
      return { ...rest, result: { ...result, execution_info } };
    };
    const gone = submissionOf('a'.repeat(64), { validUntil: truth.block(21).timestamp });
    const world = await createWorld({ height: 29, nodes: [alter] });
    for (const hash of waiting)
      await world.process().submissions.change(submissionOf(hash, { validUntil: truth.block(20).timestamp }));
    await world.process().submissions.change(gone);
    for (let height = 30; height < 40; height += 1) await tick(world, height);
    expect(stored(world, gone)?.state).toBe('expired');
    expect(waiting.map((hash) => stored(world, { hash })?.state)).toEqual(Array(55).fill('accepted'));
  });

  test.each(['before', 'after'] as const)('ends once, where sync is killed at any call (%s it)', async (when) => {
    const { hash, height } = inBlock as Executed;
    const gone = submissionOf('a'.repeat(64), { validUntil: truth.block(height - 1).timestamp });
    const world = await worldBefore(height, submissionOf(hash), gone);
    await recordPending(submissionOf(hash), world.process());
    for (let call = 1; ; call += 1) {
      const killed = await createWorld({ height, tables: copyOf(world.tables) });
      const isKilled = await workAndDie(killed, { call, when }, runTick);
      await recover(killed);
      for (const [one, state] of [
        [{ hash }, 'ended'],
        [gone, 'expired'],
      ] as const) {
        expect([call, stored(killed, one)?.state]).toEqual([call, state]);
        const trail = trailOf(killed, one);
        expect([firstBrokenLink(trail), trail.length]).toEqual([undefined, 1]);
      }
      expect(eventsOf(killed)).toHaveLength(2);
      if (!isKilled) break;
    }
  });
});

describe('rule SUBMIT-7: what ended in a block that a hard reset has dropped', () => {
  test('is pending again, and expires by the blocks of the new fork', async () => {
    const { hash, height } = inBlock as Executed;
    let isReset = false;
    const fork = forkedAbove(24);
    const alter: Alter = (...request) => (isReset ? fork(...request) : request[2]());
    const world = await createWorld({ height: height - 1, nodes: [alter] });
    await runTick(world.process());
    const validUntil = truth.block(height + 4).timestamp;
    await world.process().submissions.change(submissionOf(hash, { validUntil }));
    await tick(world, height - 1);
    await tick(world, height);
    expect(stored(world, { hash })?.state).toBe('ended');

    isReset = true;
    world.setHeight(height + 2);
    await rewind(24, { actor: 'key:operator', note: null }, world.process());
    await tick(world, height + 2);
    const read = () =>
      lookup({ kind: 'transaction', id: hash }, { ...defaultReadOptions, noCache: true }, world.process());
    expect((await read()).data).toMatchObject({ status: 'pending', executedAt: null });
    await tick(world, height + 6);
    expect((await read()).data).toMatchObject({ status: 'expired' });
  });
});
