import { describe, expect, test } from '@jest/globals';
import { recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import { ChainReadsSpent } from '../../../lib/domain/errors.ts';
import { defaultReadOptions, type ReadOptions } from '../../../lib/domain/freshness.ts';
import type { ChainReads } from '../../../lib/domain/ports/chain-reads.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { lookupAndWait } from '../../../lib/usecases/reading/lookup-and-wait.ts';
import { lookupMany } from '../../../lib/usecases/reading/lookup-many.ts';
import { inVirtualTime } from '../../support/in-virtual-time.ts';
import { createVirtualNetwork, passed } from '../../support/virtual-network.ts';
import { createWorld, type WorldOptions } from '../following/world.ts';

const { collections, account, transaction } = recordedExamples['chain-a'];
const villa = (token: string) => ({ kind: 'asset', id: `${collections.villas.package}:${token}` });
const known = villa('0');
const unknown = villa('never-made');

/** A caller with so many reads. */
function caller(left: number): ChainReads & { left(): number } {
  return {
    left: () => left,
    async spend(work) {
      if (left === 0) throw new ChainReadsSpent(60, 12);
      left -= 1;
      let unused = 1;
      try {
        return await work(() => {
          unused = 0;
        });
      } finally {
        left += unused;
      }
    },
  };
}

async function start(options: WorldOptions = {}) {
  const world = await createWorld({ height: 60, ...options });
  const service = world.process();
  const read = (ref: typeof known, chainReads: ChainReads, options: Partial<ReadOptions> = {}, at = service) =>
    lookup(ref, { ...defaultReadOptions, ...options }, { ...at, chainReads });
  return { world, service, read };
}

describe('rule LIMIT-10: a caller pays', () => {
  test('for what is read from the chain, an absence too, and not for what the cache or the database answers', async () => {
    const { read, service } = await start();
    const one = caller(5);
    expect(await read(known, one)).toMatchObject({ source: 'chain' });
    expect(one.left()).toBe(4);
    expect(await read(known, one)).toMatchObject({ source: 'cache' });
    expect(await read(known, one, { onlyIfCached: true, noCache: true })).toMatchObject({ source: 'database' });
    await expect(read(unknown, one, { onlyIfCached: true })).rejects.toMatchObject({ code: 'not_cached' });
    expect(one.left()).toBe(4);
    expect(await read(unknown, one)).toMatchObject({ data: null, source: 'chain' });
    expect(await read(known, one, { noCache: true })).toMatchObject({ source: 'chain' });
    expect(one.left()).toBe(2);
    expect(await lookup(known, { ...defaultReadOptions, noCache: true }, service)).toMatchObject({ source: 'chain' });
    expect(one.left()).toBe(2);
  });

  test('once for a reading that many wait for, in its process and in others', async () => {
    const { world, read } = await start();
    const callers = Array.from({ length: 20 }, () => caller(1));
    const another = world.process();
    const answers = await Promise.all(callers.map((one, at) => read(known, one, {}, at < 10 ? undefined : another)));
    expect(answers.every(({ data }) => data !== null)).toBe(true);
    expect(callers.filter((one) => one.left() === 0)).toHaveLength(1);
  });

  test('nothing for a reading that did not begin, since no node answers', async () => {
    const { read } = await start({ nodes: [() => ({ error: { code: -32_000, message: 'down', data: null } })] });
    const one = caller(1);
    await expect(read(known, one)).rejects.toMatchObject({ code: 'chain_unavailable' });
    expect(one.left()).toBe(1);
  });

  test('for each entity of a batch that is read', async () => {
    const { read, service } = await start();
    const one = caller(3);
    await read(known, one);
    const refs = [known, unknown, villa('1'), { kind: 'account', id: account }];
    const render = (outcome: object) => outcome;
    const outcomes = await lookupMany(
      refs,
      defaultReadOptions,
      { maxBytes: 1_000_000, render },
      { ...service, chainReads: one },
    );
    const results = outcomes.map((outcome) =>
      'answer' in outcome ? (outcome.answer as { source: string }).source : outcome,
    );
    expect(results).toEqual(['cache', 'chain', 'chain', { error: expect.any(ChainReadsSpent) }]);
    expect(one.left()).toBe(0);
  });
});

describe('rule LIMIT-10: a caller without a chain read left', () => {
  test('has what the cache and the database say, labelled', async () => {
    const { world, read } = await start();
    const spent = caller(0);
    await read(known, caller(1));
    expect(await read(known, spent)).toMatchObject({ source: 'cache', stale: false });
    expect(await read(known, spent, { noCache: true })).toMatchObject({ source: 'database', stale: true });
    world.pass(1_000_000);
    expect(await read(known, spent)).toMatchObject({ source: 'database', stale: true });
    expect([world.counted.get('ChainReadLimited'), world.counted.get('ChainUnavailable')]).toEqual([2, undefined]);
    expect(world.logged).toEqual([]);
  });

  test.each([
    ['what has no record', unknown, {}],
    ['what it will not have from the database', known, { noCache: true, staleIfError: 0 }],
    ['a height that the record does not reach', known, { minHeight: 62 }],
  ])('is refused %s, and hears when to come again', async (_, ref, options) => {
    const { world, read } = await start();
    await read(known, caller(1));
    world.setHeight(62);
    await expect(read(ref, caller(0), options)).rejects.toMatchObject({
      code: 'rate_limited',
      retryable: true,
      retryAfter: 12,
      message: 'the limit of 60 chain reads a minute is reached',
    });
  });

  test('makes no other caller wait in vain for the same transaction, and waits no longer', async () => {
    const denied = { error: { code: -32014, message: 'No such transaction', data: null } };
    const ref = { kind: 'transaction', id: transaction };
    // The decoder is loaded before the virtual time begins.
    await createWorld();
    await inVirtualTime(async () => {
      let isKnown = false;
      const { service } = createVirtualNetwork({
        height: 60,
        nodes: [({ method }) => (method === 'info_get_transaction' && !isKnown ? denied : undefined)],
      });
      const began = Date.now();
      const ask = async (chainReads: ChainReads) => {
        const answer = await lookupAndWait(ref, defaultReadOptions, { seconds: 20 }, { ...service, chainReads });
        return { answer, seconds: (Date.now() - began) / 1_000 };
      };
      const poor = ask(caller(3));
      await passed(10);
      const rich = ask(caller(100));
      expect((await poor).answer).toMatchObject({ data: null });
      expect((await poor).seconds).toBeLessThan(15);
      isKnown = true;
      expect((await rich).answer.data).not.toBeNull();
      expect((await rich).seconds).toBeLessThan((await poor).seconds + 5);
    });
  });
});
