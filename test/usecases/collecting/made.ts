import type { Service } from '../../../lib/domain/service.ts';
import { countsOf } from '../../../lib/usecases/reading/count-tokens.ts';
import { wholeListsAnew } from '../../../lib/usecases/reading/whole-lists.ts';
import { listAll } from '../../recorded-truth/whole.ts';
import { type MadeCollection, madeTokensAt, withCollections } from '../../support/made-collection.ts';
import { createWorld, type World, type WorldOptions } from '../following/world.ts';

const account = (byte: string): string => `account-hash-${byte.repeat(32)}`;
export const [anna, ben, cleo] = [account('a1'), account('b2'), account('c3')];
const owners = [anna, ben, cleo];
export const packageOf = (byte: string): string => byte.repeat(32);

/** A chain that has these collections, all of them configured. */
export const madeWorld = (made: readonly MadeCollection[], options: Omit<WorldOptions, 'made'>): Promise<World> =>
  createWorld({
    recording: 'chain-d',
    ...options,
    made: (recording) => withCollections(recording, made),
    env: {
      ASTAKE_COLLECTIONS: JSON.stringify(
        Object.fromEntries(made.map((one, at) => [`made${at}`, { package: one.package, standard: one.standard }])),
      ),
      ...options.env,
    },
  });

interface Held {
  /** Lists that are called complete and are not what the chain has at their block. */
  readonly wrong: readonly string[];
  /** Lists that are what the chain has at the height, complete or not. */
  readonly same: boolean;
  /** Every page of every list is complete at the height. */
  readonly complete: boolean;
}

/** Every owner's list of one collection, its own list and its counts, held against the chain. */
export async function held(
  one: MadeCollection,
  height: number,
  service: Service,
  truthAt: (height: number) => ReadonlyMap<string, string | null> = (at) => madeTokensAt([one], at),
): Promise<Held> {
  const wrong: string[] = [];
  let [same, complete] = [true, true];
  const lists = [{ collection: one.package }, ...owners.map((owner) => ({ owner, collection: one.package }))];
  for (const list of lists) {
    const truth = (at: number): string =>
      [...truthAt(at)]
        .flatMap(([id, owner]) => (!('owner' in list) || owner === list.owner ? [id] : []))
        .sort()
        .join();
    const { ids, exactAt } = await listAll(list, 100, service);
    const found = [...ids].sort().join();
    for (const at of exactAt)
      if (at !== null && found !== truth(at))
        wrong.push(`${JSON.stringify(list)} at ${at}: ${found} is not ${truth(at)}`);
    same &&= found === truth(height);
    complete &&= exactAt.every((at) => at === height);
  }
  const {
    snapshot,
    collections: [whole],
  } = await wholeListsAnew([one.package], service);
  const counts = whole && (await countsOf(whole, snapshot, service));
  if (counts?.block) {
    const there = [...truthAt(counts.block.height).values()];
    const live = there.filter((owner) => owner !== null);
    const expected = [there.length, there.length - live.length, new Set(live).size];
    const given = [counts.tracked, counts.burnt, counts.holders];
    if (String(given) !== String(expected)) wrong.push(`counts at ${counts.block.height}: ${given} is not ${expected}`);
  }
  return { wrong, same, complete };
}
