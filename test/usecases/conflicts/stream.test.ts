import { afterEach, describe, expect, test } from '@jest/globals';
import { refKey } from '../../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import { resolveConflict } from '../../../lib/usecases/conflicts/resolve-conflict.ts';
import { followToTip } from '../../../lib/usecases/following/follow-to-tip.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { entryOf } from '../../../lib/usecases/saving/cache-entry.ts';
import { truth } from '../../integrity/network.ts';
import { type Disputes, losingNode, startDisputes, stranger, villa, villas } from './disputes.ts';

let running: Disputes;
let meanwhile: ((name: string) => void | Promise<void>) | undefined;
afterEach(() => {
  meanwhile = undefined;
  return running.close();
});

const day = 86_400_000;
const start = (options: Parameters<typeof startDisputes>[0] = {}) =>
  startDisputes({ onCall: (name) => meanwhile?.(name), ...options });
const tokens = [0, 1, 2].map(villa);

async function startThree(): Promise<string[]> {
  running = await start();
  const ids: string[] = [];
  for (const token of tokens) {
    await running.read(token);
    running.edit({ assetValue: '1' }, token);
    ids.push((await running.read(token)).conflict ?? '');
  }
  return ids;
}

/** The end state, without times. */
const endState = () => ({
  records: tokens.map((token) => {
    const { value, sequence, block, conflict, digest } = running.record(token);
    return { value, sequence, block, conflict, digest };
  }),
  entries: tokens.map((token) => running.entry(token)?.sequence),
  audit: tokens.map((token) => running.audit(token).map(({ cause, before, after }) => ({ cause, before, after }))),
  conflicts: running
    .conflicts()
    .map(({ id, status, revision, decision }) => [id, status, revision, decision?.decision]),
  trails: running.conflicts().map(({ id }) => running.audit({ kind: 'conflict', id }).length),
});

describe('a batch of the stream', () => {
  test.each<[string, (ids: readonly string[]) => string[][]]>([
    ['in order', (ids) => [[...ids]]],
    ['twice', (ids) => [[...ids, ...ids], [...ids]]],
    ['out of order', (ids) => [[...ids].reverse()]],
    ['one by one, each twice, the last one first', (ids) => [...ids].reverse().flatMap((id) => [[id], [id]])],
  ])('%s, or a day late, ends in the same state', async (_name, batchesOf) => {
    const ids = await startThree();
    // Rule COLLECT-1: no list of the collection is complete meanwhile.
    const { listings } = running.service;
    expect(await listings.doubtful([villas])).toEqual(new Set([villas]));
    for (const batch of batchesOf(ids)) expect(await running.deliver(...batch)).toEqual([]);
    const once = endState();
    expect(once.conflicts.map(([, status, revision, decision]) => [status, revision, decision])).toEqual(
      ids.map(() => ['resolved', 2, 'chain']),
    );
    expect(once.audit.map((trail) => trail.map(({ cause }) => cause))).toEqual(ids.map(() => ['lookup', 'resolution']));
    expect(once.records.every(({ sequence, conflict }) => sequence === 2 && conflict === null)).toBe(true);
    for (const [at, id] of ids.entries()) {
      expect(running.audit({ kind: 'conflict', id })).toMatchObject([
        { cause: 'resolution', actor: 'service', after: { record: refKey(tokens[at] ?? villa(0)) } },
      ]);
    }
    expect(await listings.doubtful([villas])).toEqual(new Set());
    // Rule COLLECT-6: what was counted before holds no longer.
    const [counts] = await listings.counts([villas]);
    expect(counts?.touched?.height).toBe(running.record(villa(0)).block.height);
    running.pass(day);
    expect(await running.deliver(...ids)).toEqual([]);
    expect(endState()).toEqual(once);
  });

  test('is handled once by two processes at once', async () => {
    const [id = ''] = await startThree();
    const other = running.another();
    await Promise.all([running.deliver(id, id), resolveConflict(id, other), resolveConflict(id, running.another())]);
    expect(running.audit(villa(0)).map(({ cause }) => cause)).toEqual(['lookup', 'resolution']);
    expect(running.conflicts().find((conflict) => conflict.id === id)).toMatchObject({
      status: 'resolved',
      revision: 2,
    });
  });

  test('a day late: a record that is no longer in the conflict closes it', async () => {
    const [id = ''] = await startThree();
    running.store.tables.records.set(`asset#${villas}:0`, { ...running.record(villa(0)), conflict: null });
    running.pass(day);
    expect(await running.deliver(id)).toEqual([]);
    const conflict = running.conflicts().find((one) => one.id === id);
    expect(conflict).toMatchObject({
      status: 'resolved',
      decision: { note: 'the record is not in this conflict any more' },
    });
    expect(running.audit({ kind: 'conflict', id })).toMatchObject([{ cause: 'resolution', actor: 'service' }]);
    expect(running.audit(villa(0))).toHaveLength(1);
  });

  test('a record that cannot be handled fails alone', async () => {
    const [one = '', two = '', three = ''] = await startThree();
    expect(await running.deliver(one, '', two)).toEqual(['2']);
    expect(running.conflicts().map(({ status }) => status)).toEqual(['resolved', 'resolved', 'open']);
    running.node.fault('down');
    expect(await running.deliver(one, three)).toEqual(['2']);
    running.node.fault(undefined);
    running.pass(60_000);
    expect(await running.deliver(three)).toEqual([]);
    expect(running.conflicts().map(({ status }) => status)).toEqual(['resolved', 'resolved', 'resolved']);
  });

  test('a record that names no known conflict counts as handled', async () => {
    await startThree();
    expect(await running.deliver('f'.repeat(64))).toEqual([]);
  });
});

describe('a resolver that is killed (rule CONFLICT-3)', () => {
  test('before its transaction: nothing changed, and the next delivery resolves the conflict', async () => {
    const [id = ''] = await startThree();
    const before = endState();
    meanwhile = (name) => {
      if (name === 'records.save') throw new Error('killed');
    };
    expect(await running.deliver(id)).toEqual(['1']);
    meanwhile = undefined;
    expect(endState()).toEqual(before);
    expect(await running.deliver(id)).toEqual([]);
    expect(running.record(villa(0))).toMatchObject({ sequence: 2, conflict: null });
  });

  test('after its transaction: the marked entry is a miss, and the next reader replaces it', async () => {
    const [id = ''] = await startThree();
    meanwhile = (name) => {
      if (name === 'cache.put') throw new Error('killed');
    };
    expect(await running.deliver(id)).toEqual(['1']);
    meanwhile = undefined;
    expect(running.entry(villa(0))).toMatchObject({ sequence: 1, conflict: { id } });
    expect(running.audit({ kind: 'conflict', id })).toEqual([]);
    expect(await running.deliver(id)).toEqual([]);
    expect(running.audit({ kind: 'conflict', id })).toMatchObject([{ after: { decision: { decision: 'chain' } } }]);
    const answer = await lookup(villa(0), defaultReadOptions, running.another());
    expect(answer).toMatchObject({ source: 'chain', conflict: null });
    expect(running.entry(villa(0))).toMatchObject({ sequence: 2, conflict: null });
  });
});

describe('a write that was under way when the record was marked', () => {
  test('does not replace the marked cache entry', async () => {
    running = await start();
    await running.read();
    const late = entryOf(running.record());
    running.edit({ owner: stranger });
    const { conflict: id } = await running.read();
    await running.service.cache.put(late, 1);
    expect(running.entry()).toMatchObject({ conflict: { id } });
  });

  test('of a second process opens no second conflict', async () => {
    running = await start();
    await running.read();
    running.edit({ owner: stranger });
    running.node.setHeight(61);
    const other = running.another();
    let first = true;
    meanwhile = async (name) => {
      if (name !== 'records.save' || !first) return;
      first = false;
      await running.read(villa(0), other);
    };
    const answer = await running.read();
    meanwhile = undefined;
    expect(answer.conflict).toBe(running.conflict().id);
    expect(running.conflict().revision).toBe(1);
    expect(running.counted('ConflictOpened')).toBe(1);
  });
});

describe('sync', () => {
  const written = async (height: number): Promise<void> => {
    running.node.setHeight(height);
    expect(await followToTip(running.service)).toMatchObject({ tick: { stoppedBy: 'done', reason: null } });
    expect(running.store.tables.progress.cursor).toMatchObject(truth.block(height));
  };
  const token = { collection: 'villas', packageHash: villas, tokenId: '0' };

  test('skips a record in dispute; its readers get the chain’s value (rule CONFLICT-2)', async () => {
    running = await start({ height: 79 });
    await written(79);
    await running.read();
    running.edit({ assetValue: '1' });
    const { conflict: id } = await running.read();
    expect(truth.asset(token, 79)).not.toEqual(truth.asset(token, 81));
    await written(81);
    expect(running.record()).toMatchObject({ block: truth.block(79), conflict: { id, state: 'open' } });
    const answer = await lookup(villa(0), defaultReadOptions, running.another());
    expect(answer).toMatchObject({ source: 'chain', conflict: id, data: truth.asset(token, 81) });
    await running.deliver(id ?? '');
    const resolved = await lookup(villa(0), defaultReadOptions, running.another());
    expect(resolved).toMatchObject({ source: 'cache', conflict: null, data: truth.asset(token, 81) });
    expect(resolved.verifiedThrough.height).toBe(81);
  });

  test('finds an edited row when the chain writes the entity, and opens a conflict', async () => {
    running = await start({ height: 79 });
    await written(79);
    await running.read();
    running.edit({ assetValue: '1' });
    await written(81);
    expect(running.conflict()).toMatchObject({
      class: 'edited',
      block: truth.block(79),
      fields: [{ field: 'assetValue' }],
    });
    await running.deliver(running.conflict().id);
    const resolved = await lookup(villa(0), defaultReadOptions, running.another());
    expect(resolved).toMatchObject({ source: 'cache', data: truth.asset(token, 81) });
  });

  test('never claims a marked record as current, although its cache entry was put again', async () => {
    running = await start({ height: 79 });
    await written(79);
    await running.read();
    running.edit({ assetValue: '1' });
    meanwhile = (name) => {
      if (name === 'cache.put') throw new Error('killed before the entry was put');
    };
    await running.read();
    meanwhile = undefined;
    expect(running.entry()?.conflict).toBeNull();
    await written(81);
    expect(running.entry()?.conflict).not.toBeNull();
  });

  test('keeps the rows of a vanished collection, and continues', async () => {
    const contract = losingNode('dictionaries');
    running = await start({ height: 79, nodes: [contract.answer] });
    await written(79);
    for (const one of tokens) await running.read(one);
    const before = tokens.map((one) => running.record(one).value);
    contract.isWrong = true;
    // The block of an upgrade writes the package and its contract.
    const keys = running.record({ kind: 'basis', id: `layout:${villas}` }).readSet;
    const { executed } = running.service.chain;
    Object.assign(running.service.chain, {
      executed: async (...asked: Parameters<typeof executed>) => {
        const block = await executed(...asked);
        return block.block.height === 81 ? { ...block, written: new Set([...block.written, ...keys]) } : block;
      },
    });
    await written(81);
    expect(tokens.map((one) => running.record(one).value)).toEqual(before);
    expect(running.record({ kind: 'basis', id: `layout:${villas}` })).toMatchObject({ value: null, changedAt: 81 });
    const ids = new Set<string | null>();
    for (const [index, one] of tokens.entries()) {
      const answer = await running.read(one);
      // What cannot be understood is no absence: the record answers, labelled (rule ANSWER-4).
      expect(answer).toMatchObject({ source: 'database', stale: true });
      expect(answer.data).toMatchObject({ owner: (before[index] as { owner: string }).owner });
      ids.add(answer.conflict);
    }
    expect([...ids]).toEqual([running.conflict().id]);
    running.pass(120_000);
    const cached = await lookup(
      villa(0),
      { ...defaultReadOptions, maxStale: Number.POSITIVE_INFINITY },
      running.another(),
    );
    // Through the block before the layout changed (rule CLAIM-3).
    expect([cached.source, cached.verifiedThrough.height]).toEqual(['cache', 80]);
  });
});
