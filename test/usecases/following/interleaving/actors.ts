import type { Answer } from '../../../../lib/domain/answer.ts';
import { type EntityRef, refKey } from '../../../../lib/domain/entity.ts';
import { LookupError, StoreUnavailable } from '../../../../lib/domain/errors.ts';
import { defaultReadOptions } from '../../../../lib/domain/freshness.ts';
import type { Watches } from '../../../../lib/domain/ports/watches.ts';
import { followToTip } from '../../../../lib/usecases/following/follow-to-tip.ts';
import { rewind } from '../../../../lib/usecases/following/rewind.ts';
import { basisKind, createSnapshots } from '../../../../lib/usecases/process/snapshots.ts';
import { lookup } from '../../../../lib/usecases/reading/lookup.ts';
import { createMemoryStore } from '../../../support/memory-store.ts';
import { blockOf } from './fake-chain.ts';
import { falseClaim } from './truth.ts';
import type { Actor, Self } from './world.ts';

type Options = Partial<Pick<Actor, 'after' | 'aheadMs' | 'behind' | 'mortal' | 'publishes'>>;

/** Reads the chain and saves what it read. */
export const reader = (name: string, ref: EntityRef, options: Options = {}): Actor => ({
  name,
  role: 'reader',
  ...options,
  run: async (self) => void (await ask(ref, 'chain', self, name)),
});

/** Reads and saves likewise, but cannot write the watches of a basis. */
export const readerOfNoBasis = (name: string, ref: EntityRef): Actor => ({
  name,
  role: 'reader',
  async run(self) {
    const { watches } = self.service;
    const put: Watches['put'] = async (watcher, ...rest) => {
      if (watcher.startsWith(basisKind)) throw new StoreUnavailable('refused by the test');
      await watches.put(watcher, ...rest);
    };
    await ask(ref, 'chain', { ...self, service: { ...self.service, watches: { ...watches, put } } }, name);
  },
});

/** Gets its answer from the cache, else from the database; where it asks twice, the second time from its memory. */
export const client = (name: string, ref: EntityRef, options: Options & { readonly times?: number } = {}): Actor => ({
  name,
  role: 'client',
  ...options,
  async run(self) {
    for (let time = 1; time <= (options.times ?? 1); time += 1) {
      await ask(ref, 'cache', self, name);
      // The snapshot is too old after that; a remembered entry is not.
      self.pass(1_100);
    }
  },
});

/** Looks up another entity first; then the store lets it read no progress, and it goes on with the snapshot that it has. */
export const throttledClient = (name: string, first: EntityRef, ref: EntityRef, options: Options = {}): Actor => ({
  name,
  role: 'client',
  ...options,
  async run(self) {
    const { service } = self;
    let throttled = false;
    const read: typeof service.progress.read = async () => {
      if (throttled) throw new StoreUnavailable('throttled by the test');
      return service.progress.read();
    };
    const progress = { ...service.progress, read };
    const snapshots = createSnapshots({ ...service, progress });
    const own = { ...self, service: { ...service, progress, snapshots } };
    await ask(first, 'cache', own, name);
    throttled = true;
    for (const wait of [1_100, 10_000]) {
      self.pass(wait);
      await ask(ref, 'cache', own, name);
    }
  },
});

const options = {
  chain: { ...defaultReadOptions, noCache: true },
  cache: { ...defaultReadOptions, onlyIfCached: true },
} as const;

/** The answer; undefined where there is none. */
export async function ask(
  ref: EntityRef,
  from: keyof typeof options,
  { service, world }: Self,
  name: string,
): Promise<Answer | undefined> {
  try {
    const answer = await lookup(ref, options[from], service);
    // After a rewind an answer is of no abandoned fork, unless it was being read from the chain at that moment.
    const fork = answer.source === 'chain' ? 0 : (service.snapshots.held()?.progress.fork ?? 0);
    const wrong = falseClaim(answer, fork, world.histories);
    if (wrong !== undefined) world.wrong.push(`${name} gets a wrong answer for ${refKey(ref)}: ${wrong}`);
    return answer;
  } catch (error) {
    if (error instanceof LookupError && (error.code === 'not_cached' || error.code === 'chain_unavailable')) return;
    throw error;
  }
}

/** One tick of sync. */
export const runner = (name: string, options: Options = {}): Actor => ({
  name,
  role: 'runner',
  ...options,
  run: async ({ service }) => void (await followToTip(service)),
});

/** The only runner: no reader can make its tick fail. */
export const onlyRunner = (name: string, options: Options = {}): Actor => ({
  ...runner(name, options),
  async run({ service, world }) {
    const { tick } = await followToTip(service);
    if (tick.stoppedBy !== 'done') world.wrong.push(`the tick of ${name} ends: ${tick.stoppedBy}, ${tick.reason}`);
  },
});

/** The chain is followed from block 1 on. */
export const firstTick: Actor = runner('first tick');

/** Milliseconds by which a clock is ahead, so that the lease of another runner has expired. */
export const leaseExpired = 16_000;

const world = (name: string, options: Options, change: (self: Self) => void): Actor => ({
  name,
  role: 'world',
  ...options,
  async run(self) {
    await self.step('happens');
    change(self);
  },
});

/** The chain grows by one block. */
export const grows = (name: string, options: Options = {}): Actor =>
  world(name, options, ({ world: { network } }) => {
    network.tip += 1;
  });

/** No node holds older blocks any more. */
export const forgets = (oldest: number): Actor =>
  world(`nodes forget what is below ${oldest}`, {}, ({ world: { network } }) => {
    network.oldest = oldest;
  });

/** A hard reset: the network goes on from an earlier block, on another fork. */
export const resets = (name: string, tip: number, options: Options = {}): Actor =>
  world(name, options, ({ world: { network } }) => {
    network.fork += 1;
    network.tip = tip;
  });

/** An operator rewinds sync to a block of both forks. */
export const rewinds = (name: string, to: number, options: Options = {}): Actor => ({
  name,
  role: 'world',
  ...options,
  run: async ({ service }) => void (await rewind(to, { actor: 'operator', note: null }, service)),
});

/** Both at one moment: no process has read the new fork as if it were the old one. */
export const resetsAndRewinds = (name: string, tip: number, to: number, options: Options = {}): Actor => ({
  name,
  role: 'world',
  ...options,
  async run({ step, world: { histories, network, tables } }) {
    await step('happens');
    network.fork += 1;
    network.tip = tip;
    await createMemoryStore({ tables }).progress.rewind(blockOf(histories, 0, to), tables.progress.fork);
  },
});

const day = 86_400_000;

/** Time passes, and the tables drop what has expired. */
export const days = (name: string, count: number, options: Options = {}): Actor =>
  world(name, options, ({ world: { clock, tables } }) => {
    clock.now += count * day;
    const now = clock.now / 1000;
    for (const [key, { expiresAt }] of tables.cache) if (expiresAt <= now) tables.cache.delete(key);
    for (const rows of tables.watches.values()) {
      for (const [watcher, expiresAt] of rows) if (expiresAt <= now) rows.delete(watcher);
    }
  });
