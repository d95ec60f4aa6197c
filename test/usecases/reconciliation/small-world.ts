import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { questionsOf } from '../../recorded-truth/questions.ts';
import type { MemoryTables } from '../../support/memory-store.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { askAll, refOf } from '../following/follow.ts';
import { copyOf } from '../following/killed.ts';
import { liquidOf } from '../following/liquid.ts';
import { createWorld, type World, type WorldOptions } from '../following/world.ts';
import { deleted, edited, keyLike, misread, ofBlock, type Plant, unwatched, withoutTrail } from './plant.ts';

export const truth = recordedTruth('chain-a');
const liquid = liquidOf['chain-a'];
export const questions = questionsOf(truth, liquid);

/** All entities were read at `readAt`, and sync followed the chain through `followedTo`. */
const readAt = 79;
export const followedTo = 85;

export const anHour = 3_600_000;

const packageOf = (alias: string) => truth.collections.find((one) => one.alias === alias)?.packageHash;
const [villas, tickets] = [packageOf('villas'), packageOf('tickets')];
const stranger = `account-hash-${'ab'.repeat(32)}`;

interface Planted {
  /** The beginning of the record's key. */
  readonly key: string;
  readonly plant: Plant;
}

/** Records without watches: sync does not see the blocks that change them. */
export const unseen: readonly Planted[] = [
  { key: 'account#account-hash-0705', plant: unwatched },
  { key: 'account#account-hash-067a', plant: unwatched },
  { key: 'account#account-hash-cc5e', plant: unwatched },
];

/** Made wrong after sync has followed the chain. */
export const wrong: readonly Planted[] = [
  { key: `asset#${villas}:1`, plant: misread({ owner: stranger }) },
  { key: `asset#${villas}:2`, plant: misread({ owner: stranger }) },
  { key: 'account#account-hash-636c', plant: misread({ balance: '1', available: '1' }) },
  { key: 'account#account-hash-3cc1', plant: misread({ balance: '7' }) },
  { key: 'transaction#cafc22', plant: misread({ status: 'failed' }) },
  { key: 'transaction#bd3930', plant: edited({ cost: '1' }) },
  { key: 'staking#account-hash-636c', plant: edited({ delegations: [] }) },
  { key: 'transaction#5554c7', plant: ofBlock({ height: 9_000 }) },
  { key: `asset#${tickets}:0`, plant: ofBlock({ height: 9_000, hash: 'ef'.repeat(32) }) },
  { key: 'staking#account-hash-e82d', plant: unwatched },
];

/** Not fixed by any run: a field that a person has to review, and a trail that is gone. */
export const unfixable: readonly Planted[] = [
  { key: 'account#account-hash-a081', plant: misread({ mainPurse: `uref-${'ab'.repeat(32)}-007` }) },
  { key: 'transaction#7b367c', plant: withoutTrail },
];

/** Deleted records, found through the records that refer to them. */
export const gone: readonly Planted[] = [
  { key: 'account#account-hash-2fb3', plant: deleted },
  { key: 'account#account-hash-cc1e', plant: deleted },
];

/** A reader opened the conflict of this record, and the stream lost the event. */
const leftOpen: Planted = { key: `asset#${tickets}:1`, plant: edited({ owner: stranger }) };

/** A request to compare everything, older than all records. */
const askedFor = { height: 60, reason: 'a new protocol version', at: '2026-01-01T00:00:00.000Z' };

/** A store that followed the chain and in which the planted records were made wrong, an hour ago. */
export async function plantedTables(): Promise<MemoryTables> {
  const tables = await followedTables(unseen);
  plantAll([...wrong, ...unfixable, ...gone, leftOpen], tables);
  tables.progress = { ...tables.progress, reconcileFrom: askedFor };
  const world = await worldOn(tables, -anHour);
  const opened = await lookup(
    refOf(keyLike(leftOpen.key, tables)),
    { ...defaultReadOptions, noCache: true },
    world.process(),
  );
  if (opened.conflict === null) throw new Error('no conflict was opened');
  return world.tables;
}

/** A store that followed the chain; `before` is made wrong before sync follows the last blocks. */
export async function followedTables(before: readonly Planted[] = []): Promise<MemoryTables> {
  const world = await createWorld({ height: readAt, liquid });
  const service = world.process();
  await runTick(service);
  await askAll(questions, service);
  plantAll(before, world.tables);
  world.setHeight(followedTo);
  const { stoppedBy } = await runTick(service);
  if (stoppedBy !== 'done') throw new Error(`sync was stopped by ${stoppedBy}`);
  return world.tables;
}

const plantAll = (all: readonly Planted[], tables: MemoryTables): void => {
  for (const { key, plant } of all) plant(keyLike(key, tables), tables);
};

/** A separate world on a copy of the tables, two hours and `laterMs` after they were filled. */
export async function worldOn(tables: MemoryTables, laterMs = 0, options: WorldOptions = {}): Promise<World> {
  const world = await createWorld({ height: followedTo, liquid, ...options, tables: copyOf(tables) });
  world.pass(2 * anHour + laterMs);
  return world;
}
