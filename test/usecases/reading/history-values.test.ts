import { afterEach, expect, test } from '@jest/globals';
import { chainEntry } from '../../../lib/domain/audit-chain.ts';
import { digestOf } from '../../../lib/domain/digest.ts';
import { refKey } from '../../../lib/domain/entity.ts';
import type { AuditEntry } from '../../../lib/domain/record.ts';
import { historyReply } from '../../../lib/runtime/history-answer.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import type { Override } from '../../support/rpc-proxy.ts';
import { type Disputes, startDisputes, stranger, user1, villa, wrongNode } from '../conflicts/disputes.ts';

let running: Disputes;
afterEach(() => running.close());

const sound: Override = () => undefined;

const currentIn = async () => {
  const { body } = await historyReply({ query: {} }, villa(0), villa(0), running.service);
  return (body as { current: unknown }).current;
};

test('a history says through which block it is known', async () => {
  running = await startDisputes();
  expect(await currentIn()).toBeNull();
  await runTick(running.service);
  await running.read();
  running.node.setHeight(62);
  await runTick(running.service);
  expect(await currentIn()).toEqual({ sequence: 1, spans: [{ from: 60, through: 62 }] });
  running.edit({ owner: stranger });
  expect(await currentIn()).toBeNull();
});

type Entries = { sequence: number; after: { owner?: string }; data?: { owner: string } }[];

async function pageOf(query: Record<string, string>): Promise<{ entries: Entries; next: string | null }> {
  const { body } = await historyReply({ query }, villa(0), villa(0), running.service);
  return body as { entries: Entries; next: string | null };
}

const ownersIn = (entries: Entries) => entries.map(({ sequence, after, data }) => [sequence, after.owner, data?.owner]);

test('a value that was refuted, and corrected at its own block, is shown as it was answered (rule PAST-6)', async () => {
  const first = wrongNode();
  running = await startDisputes({ nodes: [first.answer, sound, sound] });
  first.isWrong = true;
  await running.read();
  const other = running.another((urls) => urls.toReversed());
  const answer = await running.read(villa(0), other);
  expect(running.record().conflict).not.toBeNull();
  expect(await currentIn()).toBeNull();
  expect(ownersIn((await pageOf({})).entries)).toEqual([[1, stranger, stranger]]);
  first.isWrong = false;
  expect(await running.deliver(answer.conflict ?? '')).toEqual([]);
  expect(running.audit(villa(0)).map(({ block }) => block?.height)).toEqual([60, 60]);
  expect(ownersIn((await pageOf({})).entries)).toEqual([
    [2, user1, user1],
    [1, stranger, stranger],
  ]);
});

test('values are shown on each page of a long trail, as far as the trail is whole', async () => {
  running = await startDisputes();
  await running.read();
  const changes = 450;
  const { tables } = running.store;
  const key = refKey(villa(0));
  const trail = [...running.audit(villa(0))];
  for (let { owner } = running.record().value as { owner: string }; trail.length < changes; ) {
    const { digest: previousDigest, sequence, held: _, ...newest } = trail.at(-1) as AuditEntry;
    const next = owner === user1 ? stranger : user1;
    const change = { ...newest, before: { owner }, after: { owner: next }, sequence: sequence + 1, previousDigest };
    trail.push(chainEntry(change));
    owner = next;
  }
  const write = () => tables.audit.set(key, trail);
  write();
  const { sequence, digest: auditHead, after } = trail.at(-1) as AuditEntry;
  const value = { ...running.record().value, ...after };
  tables.records.set(key, { ...running.record(), value, digest: digestOf(value), sequence, auditHead });

  const shown = async () => {
    const entries: Entries = [];
    let cursor: string | null = null;
    do {
      const page = await pageOf({ limit: '70', ...(cursor !== null && { cursor }) });
      entries.push(...page.entries);
      cursor = page.next;
    } while (cursor !== null);
    return ownersIn(entries);
  };
  const all = await shown();
  expect(all).toHaveLength(changes);
  expect(all.filter(([, owner, answered]) => owner !== answered)).toEqual([]);
  // An entry that was edited shows nothing, and nothing is shown behind it.
  trail[99] = { ...(trail[99] as AuditEntry), before: { owner: user1 }, actor: 'someone' };
  write();
  expect((await shown()).filter(([, , answered]) => answered === undefined)).toHaveLength(100);
});
