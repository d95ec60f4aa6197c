import { describe, expect, test } from '@jest/globals';
import { recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import type { Answer } from '../../../lib/domain/answer.ts';
import { type EntityRef, refKey } from '../../../lib/domain/entity.ts';
import { StoreUnavailable } from '../../../lib/domain/errors.ts';
import { defaultReadOptions, type ReadOptions } from '../../../lib/domain/freshness.ts';
import type { Drift } from '../../../lib/domain/ports/progress-store.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { createWorld, type World } from '../following/world.ts';

const villas = recordedExamples['chain-a'].collections.villas.package;
/** Its owner changes at 31, at 32, at 51 and at 81. */
const villa = { kind: 'asset', id: `${villas}:0` };
const absent = { kind: 'asset', id: `${villas}:99` };
const fromChain = { ...defaultReadOptions, noCache: true };

const whole = { ASTAKE_SAMPLE_PERCENT: '100' };
const ask = (service: Running, ref: EntityRef = villa, options: ReadOptions = fromChain): Promise<Answer> =>
  lookup(ref, options, service);

/** The figures of this process. The figures of the store must be equal. */
async function sampled({ counted }: World, { progress, clock }: Running): Promise<Drift> {
  const count = (metric: string) => counted.get(metric) ?? 0;
  const figures = { same: count('SampledSame'), differs: count('SampledDiffers'), none: count('SampledNone') };
  const [today] = await progress.drift(clock.now());
  if (today !== undefined) expect(today).toEqual({ ...figures, day: expect.any(String) });
  else expect(figures).toEqual(nothing);
  return figures;
}
const nothing = { same: 0, differs: 0, none: 0 };

describe('a percentage of the answers from the chain is compared with the database', () => {
  test.each([
    ['0', 0],
    ['50', 2],
    ['100', 4],
  ])('%s percent', async (percent, expected) => {
    const drawn = [0, 0.49, 0.5, 0.99];
    const env = { ASTAKE_SAMPLE_PERCENT: percent };
    const world = await createWorld({ height: 60, env, chance: () => drawn.shift() ?? Number.NaN });
    const service = world.process();
    for (let reading = 0; reading < 4; reading += 1) await ask(service);
    const { same, none, differs } = await sampled(world, service);
    expect([same + none + differs, drawn]).toEqual([expected, []]);
  });

  test('none without a record, same without a change, else differs', async () => {
    const world = await createWorld({ height: 30, env: whole });
    const service = world.process();
    await ask(service);
    expect(await sampled(world, service)).toEqual({ same: 0, differs: 0, none: 1 });
    await ask(service);
    expect(await sampled(world, service)).toEqual({ same: 1, differs: 0, none: 1 });
    // The read is compared with the record before its own save.
    world.setHeight(31);
    await ask(service);
    expect(await sampled(world, service)).toEqual({ same: 1, differs: 1, none: 1 });
    world.setHeight(40);
    await ask(service);
    await ask(service);
    expect(await sampled(world, service)).toEqual({ same: 2, differs: 2, none: 1 });
  });

  test('a missing record is not an absence', async () => {
    const world = await createWorld({ height: 60, env: whole });
    const service = world.process();
    for (let reading = 0; reading < 2; reading += 1) expect((await ask(service, absent)).data).toBeNull();
    expect(await sampled(world, service)).toEqual({ same: 0, differs: 0, none: 2 });
  });

  test('a record beyond the limits of the caller counts as none', async () => {
    const world = await createWorld({ height: 60, env: whole });
    const service = world.process();
    await ask(service);
    await ask(service, villa, { ...fromChain, staleIfError: 0 });
    world.setHeight(62);
    await ask(service, villa, { ...fromChain, minHeight: 62 });
    expect(await sampled(world, service)).toEqual({ same: 0, differs: 0, none: 3 });
  });

  test('an edited value counts as none', async () => {
    const world = await createWorld({ height: 60, env: whole });
    const service = world.process();
    await ask(service);
    const record = world.tables.records.get(refKey(villa));
    if (record === undefined) throw new Error('no record');
    world.tables.records.set(refKey(villa), { ...record, value: { ...record.value, owner: 'account-hash-x' } });
    await ask(service);
    expect(await sampled(world, service)).toEqual({ same: 0, differs: 0, none: 2 });
  });
});

test('the record is read once, before the save, with and without a comparison', async () => {
  const read = async (percent: string): Promise<string[]> => {
    const world = await createWorld({ height: 30, env: { ASTAKE_SAMPLE_PERCENT: percent } });
    const calls: string[] = [];
    const service = world.process({ onCall: (name) => void calls.push(name) });
    await ask(service);
    world.setHeight(31);
    calls.length = 0;
    await ask(service);
    return calls;
  };
  const [without, compared] = [await read('0'), await read('100')];
  expect(without).toContain('records.save');
  expect(compared.filter((name) => name !== 'progress.noteDrift')).toEqual(without);
  expect(compared.filter((name) => name === 'progress.noteDrift')).toHaveLength(1);
});

describe('the comparison', () => {
  test('includes answers from the chain, and none from the cache', async () => {
    const world = await createWorld({ height: 60, env: whole });
    const service = world.process();
    for (let reading = 0; reading < 3; reading += 1) await ask(service, villa, defaultReadOptions);
    expect(world.counted.get('AnswerFromCache')).toBe(2);
    expect(await sampled(world, service)).toEqual({ ...nothing, none: 1 });
  });

  test('counts once for several callers that share one read', async () => {
    const world = await createWorld({ height: 60, env: whole });
    const service = world.process();
    await Promise.all([ask(service), ask(service), ask(service)]);
    expect(world.counted.get('AnswerFromChain')).toBe(3);
    expect(await sampled(world, service)).toEqual({ ...nothing, none: 1 });
  });

  test('omits a refresh ahead of need', async () => {
    const world = await createWorld({ height: 60, env: whole });
    const service = world.process();
    expect(await ask(service, villa, { ...fromChain, aheadOfNeed: true })).toMatchObject({ source: 'chain' });
    expect(await sampled(world, service)).toEqual(nothing);
  });
});

describe('the answer is given', () => {
  test.each<[string, () => Promise<never>]>([
    ['fails', () => Promise.reject(new StoreUnavailable('switched off'))],
    ['hangs', () => new Promise(() => undefined)],
  ])('when the figures cannot be saved, because the store %s', async (_how, answer) => {
    const world = await createWorld({ height: 60, env: whole });
    const service = world.process({ onCall: (name) => (name === 'progress.noteDrift' ? answer() : undefined) });
    expect(await ask(service)).toMatchObject({ source: 'chain', block: { height: 60 } });
    expect(world.counted.get('SampledNone')).toBe(1);
    expect(world.tables.drift.size).toBe(0);
    expect(world.tables.records.has(refKey(villa))).toBe(true);
  });

  test.each<[string, string, () => Promise<never>]>([
    ['the record cannot be read', 'records.get', () => Promise.reject(new StoreUnavailable('switched off'))],
    ['the read of the record hangs', 'records.get', () => new Promise(() => undefined)],
    ['its bases cannot be read', 'records.getMany', () => Promise.reject(new StoreUnavailable('switched off'))],
  ])('without a comparison when %s', async (_what, failing, answer) => {
    const world = await createWorld({
      height: 60,
      env: { ...whole, ASTAKE_DEADLINE_MS: '2000', ASTAKE_ATTEMPT_MS: '1000' },
    });
    await ask(world.process());
    expect(world.counted.get('SampledNone')).toBe(1);
    const service = world.process({ onCall: (name) => (name === failing ? answer() : undefined) });
    expect(await ask(service)).toMatchObject({ source: 'chain', block: { height: 60 } });
    expect(world.counted.get('StoreFailed')).toBeGreaterThan(0);
    expect(await sampled(world, service)).toEqual({ ...nothing, none: 1 });
  });
});
