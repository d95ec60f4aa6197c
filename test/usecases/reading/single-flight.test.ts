import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type EntityDefinition, refKey } from '../../../lib/domain/entity.ts';
import { ChainUnavailable } from '../../../lib/domain/errors.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { type Network, outcomeOf, startNetwork, truth, villa, villas } from '../../integrity/network.ts';

const ref = villa(0);
const dataAt = (height: number) =>
  truth.asset({ collection: 'villas', packageHash: villas, tokenId: '0' }, height) as object;
const noCache = { ...defaultReadOptions, noCache: true };

let running: Network;
beforeEach(async () => {
  running = await startNetwork({ height: 60 });
});
afterEach(() => running.close());

/** The same process, which runs this step before each read of the chain. */
function reading(service: Running, step: () => Promise<unknown>): Running {
  const definition = service.definitions.get(ref.kind) as EntityDefinition;
  const read: EntityDefinition['read'] = async (...args) => {
    await step();
    return definition.read(...args);
  };
  return { ...service, definitions: new Map(service.definitions).set(ref.kind, { ...definition, read }) };
}

/** Resolves at the nth call of `arrive`. */
function gathering(count: number) {
  const { promise, resolve } = Promise.withResolvers<void>();
  let arrived = 0;
  return {
    complete: promise,
    arrived: () => arrived,
    arrive() {
      arrived += 1;
      if (arrived === count) resolve();
    },
  };
}

describe('several processes that miss one key', () => {
  /** The same process, which reports that it asked for the lease. */
  const asking = (service: Running, asked: () => void): Running => ({
    ...service,
    progress: {
      ...service.progress,
      async takeLease(...args) {
        const taken = await service.progress.takeLease(...args);
        asked();
        return taken;
      },
    },
  });

  test('all read at once when the leader fails: no follower waits for another follower', async () => {
    const leads = Promise.withResolvers<void>();
    const fail = Promise.withResolvers<void>();
    const leader = reading(running.another(), async () => {
      leads.resolve();
      await fail.promise;
      throw new ChainUnavailable('the leader fails');
    });
    const followers = 3;
    const [following, readings] = [gathering(followers), gathering(followers)];
    const release = Promise.withResolvers<void>();
    const follower = () =>
      asking(
        reading(running.another(), () => {
          readings.arrive();
          return release.promise;
        }),
        following.arrive,
      );

    const failed = outcomeOf(lookup(ref, defaultReadOptions, leader));
    await leads.promise;
    const answers = Array.from({ length: followers }, () => lookup(ref, defaultReadOptions, follower()));
    await following.complete;
    fail.resolve();
    // A follower that waited for another one would give up at its deadline, and the reads would not be complete.
    await Promise.race([readings.complete, ...answers]).catch(() => undefined);
    expect(readings.arrived()).toBe(followers);
    release.resolve();
    for (const answer of await Promise.all(answers))
      expect(answer).toMatchObject({ source: 'chain', data: dataAt(60) });
    expect(await failed).toEqual({ failed: 'chain_unavailable' });
    expect(running.counted('LeaseWaited')).toBe(followers);
  });
});

describe('several callers of one process', () => {
  test('rule CLAIM-8: a caller joins a read of a lower block than the one that was served before, and reads again', async () => {
    const [begun, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const joined = gathering(2);
    let readings = 0;
    const one = reading(running.service, async () => {
      readings += 1;
      if (readings > 1) return;
      begun.resolve();
      await release.promise;
    });
    const service: Running = {
      ...one,
      memory: {
        ...one.memory,
        flight(key, read) {
          const flight = one.memory.flight(key, read);
          if (key === refKey(ref)) joined.arrive();
          return flight;
        },
      },
    };
    const early = lookup(ref, noCache, service);
    await begun.promise;
    running.node.setHeight(62);
    expect(await lookup(ref, { ...noCache, minHeight: 62 }, service)).toMatchObject({ block: { height: 62 } });
    const late = lookup(ref, noCache, service);
    await joined.complete;
    release.resolve();
    expect(await early).toMatchObject({ source: 'chain', block: { height: 60 } });
    expect(await late).toMatchObject({ source: 'chain', block: { height: 62 }, data: dataAt(62) });
  });
});
