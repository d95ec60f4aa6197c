import { afterEach, describe, expect, test } from '@jest/globals';
import { isEdited } from '../../../lib/domain/compare.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import { findListed } from '../../../lib/usecases/reading/find.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { outcomeOf, truth } from '../../integrity/network.ts';
import type { Override } from '../../support/rpc-proxy.ts';
import { type Disputes, startDisputes, stranger, user1, villa, villas } from './disputes.ts';

let running: Disputes;
afterEach(() => running.close());

const token = { collection: 'villas', packageHash: villas, tokenId: '0' };
const owner = (value: object | null | undefined) => (value as { owner?: string } | null | undefined)?.owner;

/** A token whose owner was edited in the database after a read. */
async function startEdited(options: Parameters<typeof startDisputes>[0] = {}): Promise<Disputes> {
  running = await startDisputes(options);
  await running.read();
  running.edit({ owner: stranger });
  return running;
}

describe('an owner that was edited by hand', () => {
  test('is one conflict of one field, and readers get the chain’s value', async () => {
    await startEdited();
    const answer = await running.read();
    expect(answer).toMatchObject({ source: 'chain', stale: false, data: truth.asset(token, 60) });
    expect(running.conflict()).toMatchObject({
      id: answer.conflict,
      ref: villa(0),
      class: 'edited',
      status: 'open',
      fields: [{ field: 'owner', database: stranger, chain: user1, resolution: 'chain-wins' }],
      block: truth.block(60),
      evidence: [{ says: 'chain' }],
      owner: null,
      deadline: null,
      decision: null,
      revision: 1,
    });
    expect(running.counted('ConflictOpened')).toBe(1);
  });

  test('marks the record and its cache entry at once: the entry is never served (rule CONFLICT-2)', async () => {
    await startEdited();
    await lookup(villa(1), defaultReadOptions, running.service);
    const { conflict: id } = await running.read();
    const mark = { id, state: 'open' };
    expect(running.record()).toMatchObject({ value: { owner: stranger }, sequence: 1, conflict: mark });
    expect(running.entry()).toMatchObject({ sequence: 1, conflict: mark });
    for (const service of [running.service, running.another()]) {
      const again = await lookup(villa(0), defaultReadOptions, service);
      expect(again).toMatchObject({ source: 'chain', conflict: id, data: { owner: user1 } });
    }
    expect(running.record()).toMatchObject({ value: { owner: stranger }, sequence: 1, conflict: mark });
    expect(running.conflicts()).toHaveLength(1);
  });

  test('is resolved to the chain’s value: record, trail, conflict and cache entry', async () => {
    await startEdited();
    const { conflict: id } = await running.read();
    expect(await running.deliver(id ?? '')).toEqual([]);
    expect(running.record()).toMatchObject({ value: { owner: user1 }, owner: user1, sequence: 2, conflict: null });
    expect(isEdited(running.record())).toBe(false);
    expect(running.entry()).toMatchObject({ value: { owner: user1 }, sequence: 2, conflict: null });
    expect(running.conflict()).toMatchObject({
      status: 'resolved',
      decision: { decision: 'chain', reviewer: 'service' },
    });
    expect(running.audit(villa(0))).toMatchObject([
      { sequence: 1, cause: 'lookup' },
      { sequence: 2, cause: 'resolution', actor: 'service', before: { owner: stranger }, after: { owner: user1 } },
    ]);
    expect(running.audit(villa(0)).at(-1)?.digest).toBe(running.record().auditHead);
    expect([...running.store.tables.outbox.keys()].filter((key) => key.startsWith('Conflict'))).toEqual([
      `ConflictOpened#${id}#1`,
      `ConflictResolved#${id}#2`,
    ]);
  });

  test('is resolved for good: a second delivery opens no conflict, and the cache answers again', async () => {
    await startEdited();
    await running.deliver((await running.read()).conflict ?? '');
    const [record, conflict] = [running.record(), running.conflict()];
    expect(await running.read()).toMatchObject({ conflict: null, data: { owner: user1 } });
    expect(await lookup(villa(0), defaultReadOptions, running.another())).toMatchObject({
      source: 'cache',
      conflict: null,
    });
    await running.deliver(conflict.id);
    expect(running.conflict()).toEqual(conflict);
    expect({ ...running.record(), checkedAt: record.checkedAt }).toEqual(record);
  });

  test('is distinguished from a later change on the chain: the token was sold in the meantime', async () => {
    await startEdited();
    running.node.setHeight(81);
    const sold = owner(truth.asset(token, 81));
    expect(sold).not.toBe(user1);
    const answer = await running.read();
    expect(answer).toMatchObject({ block: truth.block(81), data: { owner: sold } });
    expect(running.conflict()).toMatchObject({
      class: 'edited',
      block: truth.block(60),
      fields: [{ field: 'owner', database: stranger, chain: user1 }],
    });
    await running.deliver(answer.conflict ?? '');
    expect(running.record()).toMatchObject({ value: { owner: sold }, block: truth.block(81), conflict: null });
  });

  test('is a conflict even if no node has its block any more: the digest proves the edit', async () => {
    const forgetful: Override = ({ method, params }) => {
      if (method !== 'chain_get_block' || params?.block_identifier?.Hash !== truth.block(60).hash) return undefined;
      return { error: { code: -32001, message: 'No such block', data: 'no block found' } };
    };
    await startEdited({ nodes: [forgetful] });
    // A block that a node has pruned is not one of its newest (rule ANSWER-5).
    running.node.setHeight(70);
    const { conflict: id } = await running.read();
    expect(running.conflict()).toMatchObject({ id, class: 'edited', evidence: [] });
    expect(running.counted('Unverifiable')).toBe(1);
    expect(await running.deliver(id ?? '')).toEqual([]);
    expect(running.record()).toMatchObject({ value: { owner: user1 }, block: truth.block(70), conflict: null });
  });

  test('is never served, not even when no node answers', async () => {
    let down = false;
    await startEdited({ nodes: [() => (down ? { status: 503 } : undefined)] });
    down = true;
    expect(await outcomeOf(lookup(villa(0), { ...defaultReadOptions, noCache: true }, running.service))).toEqual({
      failed: 'chain_unavailable',
    });
    running.store.tables.cache.clear();
    const cached = lookup(villa(0), { ...defaultReadOptions, onlyIfCached: true }, running.another());
    expect(await outcomeOf(cached)).toEqual({ failed: 'not_cached' });
  });
});

describe('a second edit of the same row', () => {
  test('to the same value, after the resolution, opens the same conflict again', async () => {
    await startEdited();
    const { conflict: id } = await running.read();
    await running.deliver(id ?? '');
    running.edit({ owner: stranger });
    expect((await running.read()).conflict).toBe(id);
    expect(running.conflict()).toMatchObject({ id, status: 'open', revision: 3, decision: null, resolvedAt: null });
    await running.deliver(id ?? '');
    expect(running.record()).toMatchObject({ value: { owner: user1 }, sequence: 3, conflict: null });
    expect(running.conflict()).toMatchObject({ status: 'resolved', revision: 4 });
  });

  test('to another value opens another conflict (rule CONFLICT-1)', async () => {
    await startEdited();
    const { conflict: id } = await running.read();
    await running.deliver(id ?? '');
    running.edit({ owner: `account-hash-${'cd'.repeat(32)}` });
    expect((await running.read()).conflict).not.toBe(id);
    expect(running.conflicts().map(({ status }) => status)).toEqual(['resolved', 'open']);
  });
});

test('an edit to the chain’s value opens no conflict, and gets an audit entry', async () => {
  running = await startDisputes({ height: 60 });
  await running.read();
  running.node.setHeight(81);
  running.edit({ owner: owner(truth.asset(token, 81)) });
  expect(await running.read()).toMatchObject({ conflict: null });
  expect(running.conflicts()).toEqual([]);
  expect(isEdited(running.record())).toBe(false);
  expect(running.audit(villa(0))).toMatchObject([
    { sequence: 1 },
    { sequence: 2, cause: 'lookup', after: { owner: owner(truth.asset(token, 81)) } },
  ]);
});

test('an edit of a field with resolution “review” awaits a review, with an owner and a deadline', async () => {
  const account = { kind: 'account', id: user1 };
  running = await startDisputes({ env: { ASTAKE_CONFLICT_OWNER: 'treasury', ASTAKE_CONFLICT_HOURS: '5' } });
  await running.read(account);
  const mainPurse = `uref-${'ab'.repeat(32)}-007`;
  running.edit({ mainPurse, balance: '1' }, account);
  const { conflict: id } = await running.read(account);
  expect(running.conflict().fields.map(({ field, resolution }) => [field, resolution])).toEqual([
    ['balance', 'chain-wins'],
    ['mainPurse', 'review'],
  ]);
  expect(await running.deliver(id ?? '')).toEqual([]);
  const { status, owner: whose, deadline, openedAt } = running.conflict();
  expect({ status, whose }).toEqual({ status: 'awaiting-review', whose: 'treasury' });
  expect(Date.parse(deadline ?? '') - Date.parse(openedAt)).toBe(5 * 3_600_000);
  expect(running.record(account)).toMatchObject({
    value: { mainPurse, balance: '1' },
    conflict: { id, state: 'open' },
  });
  expect(running.counted('ConflictAwaitsReview')).toBe(1);
});

test('a list by owner omits an edited row', async () => {
  running = await startDisputes();
  const mine = [0, 1].filter((id) => owner(truth.asset({ ...token, tokenId: String(id) }, 60)) === user1).map(villa);
  for (const ref of mine) await running.read(ref);
  const listed = async () =>
    (await findListed({ kind: 'asset', list: { owner: user1 }, limit: 100 }, running.service)).answers;
  expect((await listed()).map(({ ref }) => ref)).toEqual(mine);
  running.edit({ assetValue: '1' });
  expect((await listed()).map(({ ref }) => ref)).toEqual(mine.slice(1));
});
