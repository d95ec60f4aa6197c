import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { clValueDecoder } from '../../../lib/chain/rpc/casper-sdk.ts';
import type { ChangeEvent } from '../../../lib/domain/change-event.ts';
import { refKey } from '../../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import { anonymous } from '../../../lib/domain/principal.ts';
import { changesRequestOf } from '../../../lib/runtime/changes-request.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import { publishEvents, publishPending } from '../../../lib/usecases/events/publish-events.ts';
import { readChanges } from '../../../lib/usecases/events/read-changes.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { type Chance, chance } from '../../chain/pool/scripts/chance.ts';
import { type Question, questionsOf } from '../../recorded-truth/questions.ts';
import { dropTimers, inVirtualTime } from '../../support/in-virtual-time.ts';
import { accountHashOf, type Json, recordedTruth } from '../../support/recorded-truth.ts';
import { ask, keyOf } from '../following/follow.ts';
import { liquidOf } from '../following/liquid.ts';
import { createWorld, type World } from '../following/world.ts';

/** A safety net against hanging: no verdict depends on it. */
jest.setTimeout(600_000);
beforeAll(clValueDecoder);

const seed = Number(process.env.ASTAKE_SEED ?? 1);

/** A change of a record, as the recording has it. */
interface Change {
  readonly key: string;
  readonly kind: string;
  readonly sequence: number;
  readonly block: object;
  readonly before: Json | null;
  readonly after: Json | null;
}

// Rules FEED-1, FEED-2, FEED-6 and FEED-7.
describe.each([
  ['chain-a', 20],
  ['chain-d', 62],
] as const)(`The feed over %s from block %i on, seed ${seed}`, (recording, start) => {
  const truth = recordedTruth(recording);
  const liquid = liquidOf[recording];
  const tracked = sampled(questionsOf(truth, liquid));

  test('has every change of every tracked record once, in order, and continues from each cursor without gap or double', () =>
    inVirtualTime(async () => {
      const world = await createWorld({ recording, height: start, liquid });
      const service = world.process();
      const draw = chance(seed, `feed of ${recording}`);
      const followed: ChangeEvent[] = [];
      let next = 'start';
      const follow = async () => {
        const page = await read({ after: next }, service);
        next = page.next;
        followed.push(...page.items);
      };

      for (let height = start; height <= truth.lastHeight; height += 1) {
        world.setHeight(height);
        expect((await runTick(service)).stoppedBy).toBe('done');
        world.pass(5_100);
        // What depends on a basis alone is read again when it is asked for.
        for (const question of tracked) await ask(question, service, { ...defaultReadOptions, minHeight: height });
        await deliver(world, service, draw);
        await follow();
        dropTimers();
      }
      world.pass(3_600_000);
      await publishPending({ ...service, publisher });
      await follow();

      const whole = await all('start', {}, 1_000, service);
      expect(followed).toEqual(whole);
      expect(new Set(whole.map(({ type }) => type))).toEqual(new Set(['RecordChanged']));
      const expected = new Map(tracked.map((question) => [keyOf(question, service), changesOf(question, service)]));
      const changes = [...expected.values()].flat();
      const fed = Map.groupBy(whole, ({ ref }) => (ref === null ? '' : refKey(ref)));
      for (const [key, ofRecord] of expected) {
        const items = fed.get(key) ?? [];
        expect([key, items.map(({ sequence, block }) => ({ sequence, block }))]).toEqual([
          key,
          ofRecord.map(({ sequence, block }) => ({ sequence, block })),
        ]);
        for (const change of ofRecord.filter(({ before, after }) => before !== null && after !== null)) {
          // Names of the stored value: what an answer works out of others, such as a total, is not among them.
          const fields = items[change.sequence - 1]?.fields ?? [];
          expect([key, change.sequence, fields]).not.toEqual([key, change.sequence, []]);
          expect(fieldsOf(change)).toEqual(expect.arrayContaining([...fields]));
          if (change.kind === 'asset') expect([key, fields]).toEqual([key, fieldsOf(change)]);
        }
      }
      expect([...fed.keys()].filter((key) => !expected.has(key))).toEqual([]);
      expect(new Set(changes.map(({ kind }) => kind)).size).toBe(5);

      for (const [filter, isIn] of filtersOf(changes)) {
        const ids = changes.filter(isIn).map(({ key, sequence }) => `RecordChanged#${key}#${sequence}`);
        const byHand = whole.filter(({ id }) => ids.includes(id));
        expect([filter, byHand.length]).toEqual([filter, ids.length]);
        expect(ids.length).toBeGreaterThan(0);
        expect([filter, await all('start', filter, 7, service)]).toEqual([filter, byHand]);
        for (const { cursor } of whole.filter((_, index) => index % 29 === 0)) {
          const rest = byHand.filter((item) => placeOf(item) > Number.parseInt(cursor, 10));
          expect([filter, cursor, idsOf(await all(cursor, filter, 100, service))]).toEqual([
            filter,
            cursor,
            idsOf(rest),
          ]);
        }
      }
      for (const [index, { cursor }] of whole.entries()) {
        const limit = 1 + Math.floor(draw.between(20, 1_000));
        expect([cursor, idsOf(await all(cursor, {}, limit, service))]).toEqual([cursor, idsOf(whole.slice(index + 1))]);
      }
    }));

  /** What the recording says of a record from the first block at which it is there and asked for. */
  function changesOf(question: Question, service: Running): Change[] {
    const found: Change[] = [];
    let before: Json | null = null;
    for (let height = start; height <= truth.lastHeight; height += 1) {
      const after = question.truth(height);
      if (JSON.stringify(stored(after)) !== JSON.stringify(stored(before))) {
        const { kind } = question;
        const block = truth.block(height);
        found.push({ key: keyOf(question, service), kind, sequence: found.length + 1, block, before, after });
      }
      before = after;
    }
    return found;
  }
});

/** What a record keeps of the answer: the rate of a liquid position is a basis, which is joined to it. */
function stored(answer: Json | null): Json | null {
  const liquid = answer?.liquid as Json | null | undefined;
  return liquid == null ? answer : { ...answer, liquid: liquid.balance };
}

const fieldsOf = ({ before, after }: Change): string[] =>
  [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])]
    .filter((field) => JSON.stringify(stored(before)?.[field]) !== JSON.stringify(stored(after)?.[field]))
    .sort();

const idsOf = (items: readonly ChangeEvent[]): string[] => items.map(({ id }) => id);
const placeOf = ({ cursor }: ChangeEvent): number => Number.parseInt(cursor, 10);

type Filter = readonly [query: Readonly<Record<string, string>>, isIn: (change: Change) => boolean];

/** Filters as a caller writes them, and which changes of the recording fit. */
function filtersOf(changes: readonly Change[]): readonly Filter[] {
  const kinds = [...new Set(changes.map(({ kind }) => kind))];
  const ofTokens = changes.filter(({ kind }) => kind === 'asset' || kind === 'collection');
  const collections = [...new Set(ofTokens.map((change) => packageOf(change) ?? ''))];
  const owners = [...new Set(changes.flatMap(({ kind, after }) => (kind === 'asset' ? [String(after?.owner)] : [])))];
  const [most] = owners.filter((owner) => owner.startsWith('account-hash-')).sort((a, b) => count(b) - count(a));
  const [collection = ''] = collections;
  const account = most ?? '';
  return [
    ...kinds.map((kind): Filter => [{ kinds: kind }, (change) => change.kind === kind]),
    [{ kinds: 'account,staking' }, ({ kind }) => kind === 'account' || kind === 'staking'],
    ...collections.map((one): Filter => [{ collection: one }, (change) => packageOf(change) === one]),
    [{ account }, (change) => accountsOf(change).includes(account)],
    [{ account, kinds: 'asset' }, (change) => change.kind === 'asset' && accountsOf(change).includes(account)],
    [
      { account, collection, kinds: 'asset' },
      (change) => change.kind === 'asset' && packageOf(change) === collection && accountsOf(change).includes(account),
    ],
  ];

  function count(owner: string): number {
    return changes.filter((change) => accountsOf(change).includes(owner)).length;
  }
}

const packageOf = ({ kind, key }: Change): string | null =>
  kind === 'asset' || kind === 'collection' ? (key.split(/[#:]/)[1] ?? null) : null;

/** Who owns, owned, is or sent it, who was sent something by it, as the recording has it. */
function accountsOf({ kind, key, before, after }: Change): readonly string[] {
  if (kind === 'account' || kind === 'staking') return [key.slice(kind.length + 1)];
  if (kind === 'asset') return [before, after].flatMap((value) => (value?.owner == null ? [] : [String(value.owner)]));
  // biome-ignore lint/suspicious/noExplicitAny: recorded JSON
  const { initiator = '', transfers = [] } = (after ?? {}) as any;
  const sender = initiator.startsWith('account-hash-') ? initiator : accountHashOf(initiator);
  return [sender, ...transfers.flatMap(({ from, to }: Json) => [from, to])];
}

/** All tokens and collections, which sync finds by itself, and a part of the rest; each by one of its names. */
function sampled(questions: readonly Question[]): readonly Question[] {
  const isOften = (question: Question) => question.kind === 'asset' || question.kind === 'collection';
  return questions.filter((question, index) => isOften(question) || index % 3 === 0);
}

const publisher = { publish: async () => ({ refused: [] }) };

/** As a stream does: in any order, some twice, some late, some never. */
async function deliver(world: World, service: Running, draw: Chance): Promise<void> {
  const waiting = [...world.tables.outbox.values()].filter(({ pending }) => pending).map(({ event }) => event);
  const batch = waiting.filter(({ id }) => !id.endsWith('#3') && draw.between(0, 1) < 0.8).toReversed();
  await publishEvents([...batch, ...batch.slice(0, 3)], { ...service, publisher });
  await publishEvents(batch.slice(0, 2), { ...service, publisher });
}

const auditor = { ...anonymous, roles: ['auditor'] } as const;

const read = (query: Readonly<Record<string, string>>, service: Running) =>
  readChanges({ ...changesRequestOf(query, auditor, service), hasRoomFor: () => true }, service);

/** Page by page to the end. */
async function all(
  after: string,
  filter: Readonly<Record<string, string>>,
  limit: number,
  service: Running,
): Promise<readonly ChangeEvent[]> {
  const items: ChangeEvent[] = [];
  for (let from = after; ; ) {
    const page = await read({ ...filter, after: from, limit: String(limit) }, service);
    items.push(...page.items);
    if (page.next === page.head) return items;
    from = page.next;
  }
}
