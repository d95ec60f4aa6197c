import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { isEdited } from '../../../lib/domain/compare.ts';
import type { Decision } from '../../../lib/domain/conflict.ts';
import { StoreUnavailable } from '../../../lib/domain/errors.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import { verifyTrail } from '../../../lib/usecases/audit/verify-trail.ts';
import { decideConflict } from '../../../lib/usecases/conflicts/decide-conflict.ts';
import { listConflicts, unresolved } from '../../../lib/usecases/conflicts/list-conflicts.ts';
import { resolveConflict, resolveConflicts } from '../../../lib/usecases/conflicts/resolve-conflict.ts';
import { undoDecision } from '../../../lib/usecases/conflicts/undo-decision.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { outcomeOf, truth } from '../../integrity/network.ts';
import { type Disputes, startDisputes, stranger, user1, villa, villas, wrongNode } from './disputes.ts';

let running: Disputes;
const first = wrongNode();
let id = '';

/** A record about which two nodes disagree: it awaits a review. */
async function disagreeing(): Promise<void> {
  running = await startDisputes({ nodes: [first.answer, () => undefined] });
  await running.read();
  first.isWrong = true;
  id = (await running.read()).conflict ?? '';
  first.isWrong = false;
}

/** An account whose purse was edited outside the service: it awaits a review. */
const account = { kind: 'account', id: user1 };
const purse = `uref-${'ab'.repeat(32)}-007`;
async function edited(): Promise<void> {
  running = await startDisputes();
  await running.read(account);
  running.edit({ mainPurse: purse }, account);
  id = (await running.read(account)).conflict ?? '';
  await running.deliver(id);
}

beforeEach(() => {
  first.isWrong = false;
});
afterEach(() => running.close());

const decide = (decision: Decision, more: { reviewer?: string; note?: string | null; dryRun?: boolean } = {}) =>
  decideConflict(id, { decision, by: more.reviewer ?? 'ada', reviewer: 'ada', note: null, ...more }, running.service);
const undo = () => undoDecision(id, { by: 'ben', reviewer: 'ben', note: null }, running.service);
const failed = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );
const everything = () =>
  JSON.stringify([...Object.values(running.store.tables)].map((it) => (it instanceof Map ? [...it] : it)));
/** All but what is known of the nodes: that a node is down is noted, whatever the request. */
const ofConflicts = () => {
  const { records, conflicts, cache, outbox, audit } = running.store.tables;
  const trails = [...audit].filter(([key]) => !key.startsWith('node#'));
  return JSON.stringify([trails, ...[records, conflicts, cache, outbox].map((table) => [...table])]);
};

describe('"chain"', () => {
  test('stores the chain’s current value, with one audit entry in the reviewer’s name', async () => {
    await edited();
    const { conflict, changes } = await decide('chain', { note: 'a mistake' });
    const mainPurse = (truth.account(user1, 60) as { mainPurse: string }).mainPurse;
    expect(changes).toEqual({ before: { mainPurse: purse }, after: { mainPurse } });
    expect(conflict).toMatchObject({
      status: 'resolved',
      owner: null,
      deadline: null,
      decision: { decision: 'chain', reviewer: 'ada', note: 'a mistake' },
    });
    expect(running.conflict()).toEqual(conflict);
    expect(running.record(account)).toMatchObject({ value: { mainPurse }, sequence: 2, conflict: null });
    expect(running.entry(account)).toMatchObject({ sequence: 2, conflict: null });
    expect(running.audit(account).at(-1)).toMatchObject({ cause: 'review', actor: 'ada', ...changes });
    expect(running.audit({ kind: 'conflict', id })).toMatchObject([
      {
        cause: 'review',
        actor: 'ada',
        after: {
          decision: { decision: 'chain', reviewer: 'ada', note: 'a mistake' },
          record: `account#${user1}`,
        },
      },
    ]);
    expect(await running.read(account)).toMatchObject({ conflict: null, data: truth.account(user1, 60) });
  });

  test('is impossible while no node answers, and then changes nothing', async () => {
    await edited();
    const before = ofConflicts();
    running.node.fault('down');
    expect(await failed(decide('chain'))).toBe('chain_unavailable');
    running.node.fault(undefined);
    expect(ofConflicts()).toBe(before);
  });
});

describe.each(['database', 'dismiss'] as const)('"%s"', (decision) => {
  test('closes this pair of values: the record stays, readers still get the chain’s value, and no conflict opens', async () => {
    await disagreeing();
    const before = running.record();
    await decide(decision);
    expect(running.record()).toEqual({ ...before, conflict: { ...before.conflict, state: 'kept' } });
    first.isWrong = true;
    for (const _ of [1, 2]) {
      expect(await running.read()).toMatchObject({ source: 'chain', conflict: id, data: { owner: stranger } });
    }
    expect(running.conflicts()).toHaveLength(1);
    expect(running.conflict()).toMatchObject({ status: 'resolved', decision: { decision, reviewer: 'ada' } });
    expect(running.audit(villa(0))).toHaveLength(1);
    expect(running.audit({ kind: 'conflict', id })).toMatchObject([
      { cause: 'review', actor: 'ada', before: { decision: null }, after: { decision: { decision } } },
    ]);
  });

  test('is valid until the chain has the stored value', async () => {
    await disagreeing();
    await decide(decision);
    running.node.setHeight(61);
    expect(await running.read()).toMatchObject({ conflict: null, data: { owner: user1 } });
    expect(running.record()).toMatchObject({ sequence: 1, block: truth.block(61), conflict: null });
    expect(await lookup(villa(0), defaultReadOptions, running.another())).toMatchObject({
      source: 'cache',
      conflict: null,
    });
  });

  test('is valid until the value on the chain changes again', async () => {
    await disagreeing();
    await decide(decision);
    running.node.setHeight(81);
    const token = truth.asset({ collection: 'villas', packageHash: villas, tokenId: '0' }, 81);
    expect(await running.read()).toMatchObject({ conflict: null, data: token });
    expect(running.record()).toMatchObject({ sequence: 2, block: truth.block(81), conflict: null });
  });

  test('keeps an edited value as a change by the reviewer; a further edit is another conflict (rules CONFLICT-1, CONFLICT-4)', async () => {
    await edited();
    await decide(decision);
    const mainPurse = (truth.account(user1, 60) as { mainPurse: string }).mainPurse;
    expect(isEdited(running.record(account))).toBe(false);
    expect(running.record(account)).toMatchObject({
      value: { mainPurse: purse },
      sequence: 2,
      conflict: { state: 'kept' },
    });
    expect(running.audit(account).at(-1)).toMatchObject({
      cause: 'review',
      actor: 'ada',
      before: { mainPurse },
      after: { mainPurse: purse },
    });
    expect((await verifyTrail(account, true, running.service)).broken).toBeUndefined();
    expect(await running.read(account)).toMatchObject({ conflict: id });
    running.edit({ mainPurse: `uref-${'cd'.repeat(32)}-007` }, account);
    expect((await running.read(account)).conflict).not.toBe(id);
    expect(running.conflicts()).toHaveLength(2);
  });
});

describe('a decision', () => {
  test('is accepted once', async () => {
    await disagreeing();
    await decide('database');
    const before = everything();
    expect(await failed(decide('chain'))).toBe('conflict_state');
    expect(await failed(decide('database'))).toBe('conflict_state');
    expect(everything()).toBe(before);
  });

  test('is refused for a value that is not the disputed one', async () => {
    await edited();
    running.edit({ mainPurse: `uref-${'cd'.repeat(32)}-007` }, account);
    const before = everything();
    expect(await failed(decide('database'))).toBe('conflict_state');
    expect(everything()).toBe(before);
  });

  test('is accepted while the conflict is open, before the resolver has processed it', async () => {
    running = await startDisputes();
    await running.read();
    running.edit({ owner: stranger });
    id = (await running.read()).conflict ?? '';
    await decide('database');
    await running.deliver(id);
    expect(running.record()).toMatchObject({ value: { owner: stranger }, conflict: { state: 'kept' } });
    expect(running.conflict()).toMatchObject({ decision: { decision: 'database' } });
  });

  test('about an unknown conflict is refused', async () => {
    running = await startDisputes();
    for (const unknown of ['0'.repeat(64), 'nothing']) {
      id = unknown;
      expect(await failed(decide('chain'))).toBe('not_found');
      expect(await failed(undo())).toBe('not_found');
    }
  });

  describe.each(['database', 'chain'] as const)(
    '"%s" without its audit entry, because the process ended before',
    (decision) => {
      const unwritten = async () => {
        await disagreeing();
        await decide(decision);
        running.store.tables.audit.delete(`conflict#${id}`);
      };
      const written = { actor: 'ada', after: { decision: { decision }, record: `asset#${villas}:0` } };

      test('gets the entry from the next decision', async () => {
        await unwritten();
        expect(await failed(decide('database'))).toBe('conflict_state');
        expect(running.audit({ kind: 'conflict', id })).toMatchObject([written]);
      });

      test('gets one entry from the stream', async () => {
        await unwritten();
        expect(await running.deliver(id, id)).toEqual([]);
        expect(running.audit({ kind: 'conflict', id })).toMatchObject([written]);
      });

      test('gets the entry from the undo', async () => {
        await unwritten();
        await undo();
        expect(running.audit({ kind: 'conflict', id })).toMatchObject([written, { actor: 'ben' }]);
      });
    },
  );

  test('that is being taken back gets no second audit entry', async () => {
    await disagreeing();
    await decide('database');
    // The undo ends right before its write.
    const save = () => Promise.reject(new Error('killed'));
    const dying = { ...running.service, records: { ...running.service.records, save } };
    expect(await failed(undoDecision(id, { by: 'ben', reviewer: 'ben', note: null }, dying))).toBe('Error: killed');
    expect(await running.deliver(id)).toEqual([]);
    expect(await failed(decide('chain'))).toBe('conflict_state');
    await undo();
    expect(running.audit({ kind: 'conflict', id }).map(({ actor }) => actor)).toEqual(['ada', 'ben']);
  });

  test('that two reviewers make at the same time is accepted from one of them', async () => {
    await disagreeing();
    const outcomes = await Promise.all([failed(decide('database')), failed(decide('dismiss', { reviewer: 'eve' }))]);
    expect(outcomes.toSorted()).toEqual(['conflict_state', 'done']);
    expect(running.audit({ kind: 'conflict', id })).toHaveLength(1);
    expect(running.conflict().revision).toBe(2);
  });
});

describe('a dry run', () => {
  test.each(['chain', 'database', 'dismiss'] as const)(
    'of "%s" reports the change, and changes nothing',
    async (decision) => {
      await edited();
      const before = everything();
      const { conflict, changes } = await decide(decision, { dryRun: true });
      expect(conflict).toMatchObject({ status: 'resolved', decision: { decision } });
      const mainPurse = (truth.account(user1, 60) as { mainPurse: string }).mainPurse;
      expect(changes).toEqual(decision === 'chain' ? { before: { mainPurse: purse }, after: { mainPurse } } : null);
      expect(everything()).toBe(before);
    },
  );

  test('of the resolver reports its actions, and changes nothing', async () => {
    running = await startDisputes();
    await running.read();
    running.edit({ owner: stranger });
    id = (await running.read()).conflict ?? '';
    const before = everything();
    expect(await resolveConflict(id, running.service, { dryRun: true })).toMatchObject({
      action: 'take-chain',
      changes: { before: { owner: stranger }, after: { owner: user1 } },
    });
    expect(everything()).toBe(before);
  });
});

describe('undo', () => {
  test.each(['chain', 'database'] as const)(
    'of "%s" lets it await a review again, and restores no value',
    async (decision) => {
      await edited();
      await decide(decision);
      const { value, sequence } = running.record(account);
      await undo();
      expect(running.conflict()).toMatchObject({
        status: 'awaiting-review',
        decision: null,
        resolvedAt: null,
        owner: 'operations',
      });
      expect(running.record(account)).toMatchObject({ value, sequence, conflict: { id, state: 'open' } });
      expect(running.entry(account)).toMatchObject({ sequence, conflict: { id, state: 'open' } });
      expect(await running.read(account)).toMatchObject({ conflict: id, data: truth.account(user1, 60) });
      expect(running.audit({ kind: 'conflict', id }).at(-1)).toMatchObject({
        cause: 'review',
        actor: 'ben',
        after: { decision: null },
      });
      expect(await failed(undo())).toBe('conflict_state');
      await decide('chain');
      expect(running.record(account)).toMatchObject({ conflict: null });
      expect(running.conflict()).toMatchObject({ status: 'resolved', decision: { decision: 'chain' } });
    },
  );

  test('and a dismissal keep the corrected value, which is served as before after the next read', async () => {
    await edited();
    await decide('chain');
    await undo();
    await decide('dismiss');
    running.node.setHeight(61);
    const answer = await running.read(account);
    expect(answer).toMatchObject({ conflict: null, data: truth.account(user1, 61) });
    expect(running.record(account)).toMatchObject({ block: truth.block(61), conflict: null });
    expect(
      running
        .audit(account)
        .map(({ cause }) => cause)
        .slice(0, 2),
    ).toEqual(['lookup', 'review']);
  });

  test('of a resolution by the service', async () => {
    running = await startDisputes();
    await running.read();
    running.edit({ owner: stranger });
    id = (await running.read()).conflict ?? '';
    await running.deliver(id);
    await undo();
    await running.deliver(id);
    expect(running.record()).toMatchObject({ value: { owner: user1 }, sequence: 2, conflict: { id, state: 'open' } });
    expect(running.conflict()).toMatchObject({ status: 'awaiting-review' });
  });

  test('leaves no entry in the trail when another change is faster (rule ITEM-3)', async () => {
    await edited();
    await decide('database');
    const both = ['one', 'two'].map((note) => undoDecision(id, { by: note, reviewer: note, note }, running.service));
    const outcomes = await Promise.all(both.map(failed));
    expect(outcomes.toSorted()).toEqual(['conflict_state', 'done']);
    const won = outcomes.indexOf('done') === 0 ? 'one' : 'two';
    expect(running.audit({ kind: 'conflict', id }).map(({ actor }) => actor)).toEqual(['ada', won]);
  });

  test('waits while another conflict of the record is open', async () => {
    await edited();
    await decide('chain');
    running.edit({ mainPurse: `uref-${'cd'.repeat(32)}-007` }, account);
    await running.read(account);
    const before = everything();
    expect(await failed(undo())).toBe('conflict_state');
    expect(everything()).toBe(before);
  });
});

describe('resolving all', () => {
  const all = (dryRun = false) => resolveConflicts({ limit: 100, dryRun }, running.service);

  test('resolves the conflicts that need no person, also after nodes agree again, and leaves the others', async () => {
    await disagreeing();
    const disagreed = id;
    await running.read(account);
    running.edit({ mainPurse: purse }, account);
    const reviewed = (await running.read(account)).conflict;
    await running.read(villa(1));
    running.edit({ owner: stranger }, villa(1));
    const open = (await running.read(villa(1))).conflict;

    const expected = { [disagreed]: 'take-chain', [reviewed ?? '']: 'await-review', [open ?? '']: 'take-chain' };
    const before = everything();
    for (const dryRun of [true, false]) {
      const { results, last } = await all(dryRun);
      expect(Object.fromEntries(results.map((result) => [result.id, 'action' in result && result.action]))).toEqual(
        expected,
      );
      expect(last).toBeUndefined();
      if (dryRun) expect(everything()).toBe(before);
    }
    expect(Object.fromEntries(running.conflicts().map((conflict) => [conflict.id, conflict.status]))).toEqual({
      [disagreed]: 'resolved',
      [reviewed ?? '']: 'awaiting-review',
      [open ?? '']: 'resolved',
    });
    expect((await all()).results).toMatchObject([{ id: reviewed, action: 'nothing' }]);
  });

  test('a conflict whose resolution is a defect loses no result of the others', async () => {
    running = await startDisputes();
    const ids: string[] = [];
    for (const number of [0, 1, 2]) {
      await running.read(villa(number));
      running.edit({ owner: stranger }, villa(number));
      running.pass(1_000);
      ids.unshift((await running.read(villa(number))).conflict ?? '');
    }
    const [newest, defective, oldest] = ids;
    const conflicts: typeof running.service.conflicts = {
      ...running.service.conflicts,
      get: async (asked) => {
        if (asked === defective) throw new TypeError('a defect');
        return running.service.conflicts.get(asked);
      },
    };
    const counted: string[] = [];
    const metrics = { ...running.service.metrics, count: (metric: string) => void counted.push(metric) };
    const service = { ...running.service, conflicts, metrics };
    expect(await resolveConflicts({ limit: 10, dryRun: false }, service)).toMatchObject({
      results: [
        { id: newest, action: 'take-chain' },
        { id: defective, error: expect.stringContaining('defect') },
        { id: oldest, action: 'take-chain' },
      ],
    });
    expect(counted.filter((metric) => metric === 'Defect')).toHaveLength(1);
  });

  test('the store fails in the middle: what was done is reported, and the page goes on from there', async () => {
    running = await startDisputes();
    const ids: string[] = [];
    for (const number of [0, 1]) {
      await running.read(villa(number));
      running.edit({ owner: stranger }, villa(number));
      running.pass(1_000);
      ids.unshift((await running.read(villa(number))).conflict ?? '');
    }
    const [newest, oldest] = ids;
    let failing: string | undefined = oldest;
    const conflicts: typeof running.service.conflicts = {
      ...running.service.conflicts,
      get: async (asked) => {
        if (asked === failing) throw new StoreUnavailable('the store is down');
        return running.service.conflicts.get(asked);
      },
    };
    const service = { ...running.service, conflicts };
    const { results, last } = await resolveConflicts({ limit: 10, dryRun: false }, service);
    expect([results, last]).toMatchObject([[{ id: newest, action: 'take-chain' }], `open ${newest}`]);
    await expect(resolveConflicts({ limit: 10, dryRun: false }, service)).rejects.toThrow('the store is down');
    failing = undefined;
    expect((await resolveConflicts({ after: last, limit: 10, dryRun: false }, service)).results).toMatchObject([
      { id: oldest, action: 'take-chain' },
    ]);
  });

  test('a page ends where the answer has no room for more results', async () => {
    running = await startDisputes();
    for (const number of [0, 1, 2]) {
      await running.read(villa(number));
      running.edit({ owner: stranger }, villa(number));
      await running.read(villa(number));
    }
    const seen: string[] = [];
    const hasRoomAfter = ({ id: one }: { id: string }) => seen.push(one) < 2;
    const { results, last } = await resolveConflicts({ limit: 10, dryRun: true, hasRoomAfter }, running.service);
    expect([results.length, last]).toEqual([2, expect.stringMatching(/^open [0-9a-f]{64}$/)]);
    expect((await resolveConflicts({ limit: 10, dryRun: true, after: last }, running.service)).results).toHaveLength(1);
  });

  test('reports an error for each conflict while no node answers', async () => {
    running = await startDisputes();
    await running.read();
    running.edit({ owner: stranger });
    id = (await running.read()).conflict ?? '';
    running.node.fault('down');
    expect((await all()).results).toMatchObject([{ id, error: expect.any(String) }]);
    running.node.fault(undefined);
    expect(running.conflict().status).toBe('open');
  });
});

test('a list contains one status after the other, newest first, page by page', async () => {
  running = await startDisputes();
  await running.read(account);
  running.edit({ mainPurse: purse }, account);
  const waiting = (await running.read(account)).conflict ?? '';
  await running.deliver(waiting);
  const open: string[] = [];
  for (const number of [0, 1, 2]) {
    await running.read(villa(number));
    running.edit({ assetValue: '7' }, villa(number));
    running.pass(1_000);
    open.unshift((await running.read(villa(number))).conflict ?? '');
  }
  const listed = async (limit: number) => {
    const ids: string[] = [];
    for (let after: string | undefined; ; ) {
      const { conflicts, last } = await listConflicts(unresolved, { after, limit }, running.service);
      ids.push(...conflicts.map((conflict) => conflict.id));
      expect(conflicts.length).toBeLessThanOrEqual(limit);
      if (last === undefined) return ids;
      after = last;
    }
  };
  for (const limit of [1, 2, 3, 4, 100]) expect(await listed(limit)).toEqual([...open, waiting]);
  expect((await listConflicts(['resolved'], { limit: 5 }, running.service)).conflicts).toEqual([]);
  expect(await outcomeOf(running.read(villa(0)))).toMatchObject({ data: { owner: user1 } });
});
