import { describe, expect, test } from '@jest/globals';
import { recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import { UnusableAnswer } from '../../../lib/domain/errors.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { type Alter, createWorld } from '../following/world.ts';

const { collections } = recordedExamples['chain-a'];
const villa = (token: string) => ({ kind: 'asset', id: `${collections.villas.package}:${token}` });
const known = villa('0');

async function start(env: Readonly<Record<string, string>> = {}) {
  const world = await createWorld({ height: 60, env });
  const leases: string[] = [];
  const service = world.process({
    onCall(name, [lease]) {
      if (name === 'progress.takeLease') leases.push(String(lease));
    },
  });
  const read = (ref: typeof known, noCache = false) => lookup(ref, { ...defaultReadOptions, noCache }, service);
  await read(known);
  leases.length = 0;
  return { world, service, leases, read };
}

describe('rule LIMIT-4: ids that the chain does not have', () => {
  test('fill no table, however many there are', async () => {
    const { world, leases, read } = await start();
    const sizes = () => [world.tables.records, world.tables.watches, world.tables.audit].map(({ size }) => size);
    const [before, cached] = [sizes(), world.tables.cache.size];
    for (let number = 0; number < 400; number += 1) await read(villa(`random-${number}`));
    expect(sizes()).toEqual(before);
    expect(world.tables.cache.size - cached).toBeLessThanOrEqual(100);
    expect(leases.filter((name) => !/^read#\d{1,4}$/.test(name))).toEqual([]);
    const [entry] = [...world.tables.cache.values()].filter((one) => one.entry.value === null);
    const expiresIn = (entry?.expiresAt ?? 0) - Date.parse(entry?.entry.block.timestamp ?? '') / 1_000;
    expect(expiresIn).toBeLessThan(86_400);
  });

  test('take no lease when they are asked for again', async () => {
    const { world, leases, read } = await start();
    await read(villa('random'));
    leases.length = 0;
    for (let time = 0; time < 5; time += 1) {
      world.pass(16_000);
      expect(await read(villa('random'))).toMatchObject({ data: null, source: 'chain' });
    }
    expect(leases).toEqual([]);
  });

  test('cost a bounded number of calls a minute, and do not keep known ones from being read', async () => {
    const perMinute = 60;
    const { world, service, read } = await start({ ASTAKE_ABSENT_CALLS_PER_MINUTE: String(perMinute) });
    const before = service.chain.calls();
    const outcomes = [];
    for (let number = 0; number < 200; number += 1)
      outcomes.push(await read(villa(`random-${number}`), true).catch((error: unknown) => error));
    const refused = outcomes.filter((outcome) => outcome instanceof Error);
    expect(service.chain.calls() - before).toBeLessThanOrEqual(perMinute + 10);
    expect(refused.length).toBeGreaterThan(150);
    for (const error of refused)
      expect(error).toMatchObject({ code: 'overloaded', retryable: true, retryAfter: expect.any(Number) });
    expect(await read(known, true)).toMatchObject({ source: 'chain', stale: false });
    world.pass(60_000);
    expect(await read(villa('random'))).toMatchObject({ data: null, source: 'chain' });
  });

  test('cost no more where the chain has what cannot be used', async () => {
    const perMinute = 60;
    const unusable: Alter = (method, params, forward) => {
      if (method !== 'query_global_state' || !String(params.key).startsWith('dictionary-')) return forward();
      throw new UnusableAnswer('value_too_large', `the answer to ${JSON.stringify(params)} is too large`);
    };
    const world = await createWorld({
      height: 60,
      nodes: [unusable],
      env: { ASTAKE_ABSENT_CALLS_PER_MINUTE: String(perMinute) },
    });
    const service = world.process();
    const codes = [];
    for (let number = 0; number < 100; number += 1)
      codes.push(await lookup(villa(`${number}`), defaultReadOptions, service).catch(({ code }) => code));
    expect(codes[0]).toBe('value_too_large');
    expect(codes.at(-1)).toBe('overloaded');
    expect(service.chain.calls()).toBeLessThanOrEqual(perMinute + 20);
  });
});
