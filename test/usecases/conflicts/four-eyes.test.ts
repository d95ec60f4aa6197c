import { afterEach, describe, expect, test } from '@jest/globals';
import type { StoredKey } from '../../../lib/domain/api-key.ts';
import type { Decision } from '../../../lib/domain/conflict.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import { decideConflict } from '../../../lib/usecases/conflicts/decide-conflict.ts';
import { undoDecision } from '../../../lib/usecases/conflicts/undo-decision.ts';
import { renewOwned } from '../../../lib/usecases/reading/invalidate.ts';
import { refreshAccount } from '../../../lib/usecases/reading/refresh-account.ts';
import { beginReconciliation } from '../../../lib/usecases/reconciliation/begin.ts';
import { startReconciliation } from '../../../lib/usecases/reconciliation/start.ts';
import { sweepShard } from '../../../lib/usecases/reconciliation/sweep-shard.ts';
import { keySample } from '../../store/samples.ts';
import { type Disputes, startDisputes, user1 } from './disputes.ts';

// Rule CONFLICT-7.
const account = { kind: 'account', id: user1 };
const purse = (digits: string) => `uref-${digits.repeat(32)}-007`;

let running: Disputes;
afterEach(() => running.close());

const withFourEyes = async (isOn = true) => {
  running = await startDisputes({ env: { ASTAKE_FOUR_EYES: isOn ? 'on' : 'off' } });
  await running.read(account);
};
/** The row is edited outside the service, and a request of this principal finds it; undefined: a read does. */
async function opened(by?: string, digits = 'ab'): Promise<string> {
  running.edit({ mainPurse: purse(digits) }, account);
  if (by === undefined) await running.read(account);
  else await refreshFor(by);
  const id = running.record(account).conflict?.id ?? '';
  await running.deliver(id);
  return id;
}
const actingAs = (onBehalfOf: string): Running => ({ ...running.service, onBehalfOf });
const refreshFor = (by: string) =>
  refreshAccount({ account: user1 }, { maxBytes: 1_000_000, render: () => ({}) }, actingAs(by));
const decide = (id: string, by: string, more: { decision?: Decision; dryRun?: boolean } = {}) =>
  decideConflict(
    id,
    { decision: 'database', by, reviewer: 'a name of another person', note: null, ...more },
    running.service,
  );
const undo = (id: string, by: string) =>
  undoDecision(id, { by, reviewer: 'a name of another person', note: null }, running.service);
const outcomeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    ({ code, message }: { code?: string; message: string }) =>
      message.startsWith('four eyes are required') ? 'four eyes' : `${code}: ${message}`,
  );
const stored = (id: string) => running.conflicts().find((one) => one.id === id);

describe('where four eyes are required', () => {
  test('who opened a conflict by a refresh may not decide it, under whatever name; another person may', async () => {
    await withFourEyes();
    const id = await opened('key:ada');
    expect(stored(id)).toMatchObject({ openedBy: 'key:ada' });
    for (const decision of ['database', 'chain', 'dismiss'] as const) {
      expect(await outcomeOf(decide(id, 'key:ada', { decision }))).toBe('four eyes');
    }
    expect(await outcomeOf(decide(id, 'key:ada', { dryRun: true }))).toBe('four eyes');
    expect(stored(id)?.decision).toBeNull();
    expect(await outcomeOf(decide(id, 'key:ben'))).toBe('done');
  });

  test('an invalidation that finds the conflict counts as well', async () => {
    await withFourEyes();
    running.edit({ mainPurse: purse('cd') }, account);
    await renewOwned({ owner: user1, kinds: ['account'] }, actingAs('key:ada'), 'key:ada');
    const id = running.record(account).conflict?.id ?? '';
    expect(await outcomeOf(decide(id, 'key:ada'))).toBe('four eyes');
  });

  test('a run of reconciliation opens conflicts on behalf of the principal who asked for it', async () => {
    await withFourEyes();
    running.edit({ mainPurse: purse('cd') }, account);
    const service = { ...running.service, reconciler: { start: async () => undefined } };
    const wanted = { scope: { of: 'owner', owner: user1 }, dryRun: false, requestedBy: 'key:ada' } as const;
    const { id: run } = await startReconciliation(wanted, service);
    const { shards } = await beginReconciliation({ run }, service);
    for (const shard of shards) await sweepShard(shard, service);
    const id = running.conflict().id;
    expect(stored(id)).toMatchObject({ openedBy: 'key:ada' });
    expect(await outcomeOf(decide(id, 'key:ada'))).toBe('four eyes');
  });

  test('a read opens nothing on behalf of its reader', async () => {
    await withFourEyes();
    const id = await opened();
    expect(stored(id)).not.toHaveProperty('openedBy');
    expect(await outcomeOf(decide(id, 'key:ada'))).toBe('done');
  });

  test('who decided may not undo; who undid or decided before may not decide again', async () => {
    await withFourEyes();
    const id = await opened();
    await decide(id, 'key:ada');
    expect(await outcomeOf(undo(id, 'key:ada'))).toBe('four eyes');
    expect(await outcomeOf(undo(id, 'key:ben'))).toBe('done');
    expect(stored(id)?.editedBy).toEqual(['key:ada', 'key:ben']);
    expect(await outcomeOf(decide(id, 'key:ada'))).toBe('four eyes');
    expect(await outcomeOf(decide(id, 'key:ben'))).toBe('four eyes');
    expect(await outcomeOf(decide(id, 'key:eve'))).toBe('done');
  });

  test('who kept a value may not decide when the record is edited again', async () => {
    await withFourEyes();
    await decide(await opened(), 'key:ada');
    const second = await opened(undefined, 'ef');
    expect(stored(second)?.editedBy).toEqual(['key:ada']);
    expect(await outcomeOf(decide(second, 'key:ada'))).toBe('four eyes');
    expect(await outcomeOf(decide(second, 'key:ben'))).toBe('done');
  });

  test('of two decisions at once one is kept, and its principal cannot undo it', async () => {
    await withFourEyes();
    const id = await opened('key:ada');
    const names = ['key:ada', 'key:ben', 'key:eve'];
    const outcomes = await Promise.all(names.map((by) => outcomeOf(decide(id, by))));
    expect(outcomes[0]).toBe('four eyes');
    expect(outcomes.filter((one) => one === 'done')).toHaveLength(1);
    const winner = stored(id)?.decision?.by ?? '';
    expect(winner).toBe(names[outcomes.indexOf('done')]);
    expect(await outcomeOf(undo(id, winner))).toBe('four eyes');
  });

  test('a new key is no second pair of eyes: one in place of another, or made by a principal that is involved', async () => {
    await withFourEyes();
    const { keys } = running.service;
    const known = new Map<string, StoredKey>();
    const add = (id: string, parts: Partial<StoredKey>) => known.set(id, keySample({ id, ...parts }));
    Object.assign(keys, { find: async (id: string) => known.get(id) });
    const [before, after] = ['2020-01-01T00:00:00.000Z', '2100-01-01T00:00:00.000Z'];
    add('ada2', { replaces: 'ada', createdBy: 'key:ben', createdAt: before });
    add('ada3', { replaces: 'ada2', createdBy: 'key:ben', createdAt: before });
    add('new', { createdBy: 'key:ada3', createdAt: after });
    add('newer', { createdBy: 'key:new', createdAt: after });
    add('taken', { replaces: 'ben', createdBy: 'key:ada2', createdAt: after });
    add('cleo', { createdBy: 'key:ada', createdAt: before });
    add('ben', { createdBy: 'local:operator-key', createdAt: after });

    const id = await opened('key:ada2');
    for (const name of ['ada', 'ada2', 'ada3', 'new', 'newer', 'taken'])
      expect([name, await outcomeOf(decide(id, `key:${name}`))]).toEqual([name, 'four eyes']);
    // An operator makes keys for others.
    for (const name of ['cleo', 'ben'])
      expect([name, await outcomeOf(decide(id, `key:${name}`, { dryRun: true }))]).toEqual([name, 'done']);
    expect(await outcomeOf(decide(id, 'key:ben'))).toBe('done');
    expect(await outcomeOf(undo(id, 'key:taken'))).toBe('four eyes');
    expect(await outcomeOf(undo(id, 'key:cleo'))).toBe('done');
  });

  test('the refusal names no other principal', async () => {
    await withFourEyes();
    const id = await opened('key:ada');
    await decide(id, 'key:ben');
    await expect(undo(id, 'key:ada')).rejects.toMatchObject({
      code: 'conflict_state',
      retryable: false,
      message: expect.not.stringMatching(/ada|ben/),
    });
  });
});

test('where they are not required, one person may do it all', async () => {
  await withFourEyes(false);
  const id = await opened('key:ada');
  expect(await outcomeOf(decide(id, 'key:ada'))).toBe('done');
  expect(await outcomeOf(undo(id, 'key:ada'))).toBe('done');
  expect(await outcomeOf(decide(id, 'key:ada'))).toBe('done');
});
