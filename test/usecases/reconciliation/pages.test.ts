import { describe, expect, test } from '@jest/globals';
import type { Scope } from '../../../lib/domain/reconciliation.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { entryOf, putEntry } from '../../../lib/usecases/saving/cache-entry.ts';
import { type Crowd, createCrowd } from '../../support/crowd.ts';
import { askAll } from '../following/follow.ts';
import { type Alter, createWorld, type World } from '../following/world.ts';
import { edited } from './plant.ts';
import { type Ran, reconcile } from './run.ts';
import { questions, truth } from './small-world.ts';

const villas = truth.collections.find(({ alias }) => alias === 'villas')?.packageHash;
const [, token] = [...truth.tokens].filter(({ packageHash }) => packageHash === villas);
const owner = String(token && truth.asset(token, 60)?.owner);

/** Records of a page, records read at once, and places read at once in a search of the index. */
const [aPage, readAtOnce, searched] = [100, 8, 1_000];
const requestsEach = 3;
/** The limit of one table item, in bytes. */
const largestItem = 400 * 1_024;

/** `many` copies of all recorded transactions, or of one owner's token. */
async function crowded(kind: 'transaction' | 'asset', many: number): Promise<World> {
  let crowd: Crowd | undefined;
  const alter: Alter = (_method, params, forward) => {
    const asked = crowd?.translate(params);
    return asked === undefined
      ? forward()
      : JSON.parse(asked.translateAnswer(JSON.stringify(forward(JSON.parse(asked.params)))));
  };
  const world = await createWorld({ height: 60, nodes: [alter] });
  const service = world.process();
  await runTick(service);
  await askAll(
    questions.filter((question) => question.kind === kind || question.kind === 'account'),
    service,
  );
  crowd = createCrowd(world.tables);
  const models = [...world.tables.records.values()].filter(({ ref, value }) =>
    kind === 'asset' ? ref.id === `${villas}:${token?.tokenId}` : ref.kind === kind && value !== null,
  );
  for (let number = 0; number < many; number += 1) {
    const model = models[number % models.length];
    if (model === undefined) throw new Error(`the recording has no ${kind}`);
    const { record, audit, watch } = crowd.copy(model, number, service.definitions.get(kind)?.fields);
    await service.watches.put(`${kind}#${record.ref.id}`, watch, Number.MAX_SAFE_INTEGER);
    await service.records.save(record, undefined, audit);
    await putEntry(entryOf(record), service);
  }
  world.pass(3_600_000);
  return world;
}

interface Largest extends Ran {
  /** For each call of the store, the largest number of items in its arguments, or its largest limit. */
  readonly most: Readonly<Record<string, number>>;
  readonly requestsAtOnce: number;
  readonly shardBytes: number;
}

async function largest(world: World, options: { readonly scope?: Scope; readonly dryRun?: boolean }): Promise<Largest> {
  const most: Record<string, number> = {};
  let [pending, requestsAtOnce, shardBytes] = [0, 0, 0];
  const onCall = (call: string, args: readonly unknown[]): void => {
    const sizes = args.map((arg) => (Array.isArray(arg) ? arg.length : ((arg as { limit?: number })?.limit ?? 0)));
    most[call] = Math.max(most[call] ?? 0, ...sizes);
    if (call === 'reconciliations.saveShard') shardBytes = Math.max(shardBytes, JSON.stringify(args[1]).length);
  };
  const onRequest = (): void => {
    pending += 1;
    requestsAtOnce = Math.max(requestsAtOnce, pending);
  };
  const onAnswer = (): void => {
    pending -= 1;
  };
  const ran = await reconcile(world.process({ onCall, onRequest, onAnswer }), options);
  return { ...ran, most, requestsAtOnce, shardBytes };
}

describe('A run holds one page at a time', () => {
  test('of the whole store, however many records there are', async () => {
    const few = await largest(await crowded('transaction', 2_400), {});
    const many = await largest(await crowded('transaction', 4_800), {});
    expect(many.tally.counts.match - few.tally.counts.match).toBe(2_400);
    expect(many.most).toEqual(few.most);
    expect(many.most).toMatchObject({
      'records.byChecked': aPage,
      'records.getMany': aPage,
      'records.markChecked': aPage,
      'watches.missing': aPage,
      'audit.entries': 2 * aPage,
    });
    expect(many.requestsAtOnce).toBe(few.requestsAtOnce);
    expect(many.requestsAtOnce).toBeLessThanOrEqual(readAtOnce * requestsEach);
    expect(Math.abs(many.shardBytes - few.shardBytes)).toBeLessThan(1_000);
  });

  test('of a kind, and searches the index for it', async () => {
    const { most, tally } = await largest(await crowded('transaction', 2_400), {
      scope: { of: 'kind', kind: 'transaction' },
    });
    expect(tally.counts.match).toBeGreaterThan(2_400);
    expect(most).toMatchObject({ 'records.byChecked': searched, 'records.getMany': aPage });
  });

  test('of the entities of an owner', async () => {
    const { most, tally } = await largest(await crowded('asset', 350), { scope: { of: 'owner', owner } });
    expect(tally.counts.match).toBeGreaterThan(350);
    expect(most).toMatchObject({ 'records.getMany': aPage, 'records.markChecked': aPage });
    expect(most['listings.byOwner'] ?? 0).toBeLessThanOrEqual(aPage);
  });

  test('which fits into one table item, also when every record has a problem', async () => {
    const world = await crowded('transaction', 2_400);
    for (const key of [...world.tables.records.keys()].filter((one) => one.startsWith('transaction#')))
      edited({ initiator: `account-hash-${'ab'.repeat(32)}`, executedAt: null })(key, world.tables);
    const { tally, shardBytes } = await largest(world, { dryRun: true });
    expect(tally.counts.conflict).toBeGreaterThan(2_400);
    expect(shardBytes).toBeLessThan(largestItem);
  });
});
