import { beforeEach, describe, expect, test } from '@jest/globals';
import { NoPermit } from '../../../lib/chain/rpc/rpc-failure.ts';
import { type EntityRef, refKey } from '../../../lib/domain/entity.ts';
import { StoreUnavailable } from '../../../lib/domain/errors.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import { createTraffic } from '../../../lib/usecases/process/traffic.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { createWorld, type Watching, type World } from '../following/world.ts';

const truth = recordedTruth('chain-a');
const height = 60;
const [one, two, three] = truth.accounts
  .filter(({ id }) => truth.account(id, height))
  .map(({ id }): EntityRef => ({ kind: 'account', id }));
if (one === undefined || two === undefined || three === undefined) throw new Error('too few accounts');
const keysOf = (...refs: readonly EntityRef[]) => refs.map(refKey);

let world: World;
let isDown = false;
let service: Running;
/** What the store was told, each time. */
let told: unknown[];

const ask = (ref: EntityRef, by = service) => lookup(ref, { ...defaultReadOptions, noCache: true }, by);
const toldBy = (watching: Watching['onCall'] = () => undefined): Running =>
  world.process({
    onCall: (name, args) => {
      if (name === 'progress.noteFallbacks') told.push(args[1]);
      return watching(name, args);
    },
  });

beforeEach(async () => {
  isDown = false;
  told = [];
  world = await createWorld({
    height,
    nodes: [
      (_method, _params, forward) => {
        // No fault of the node's: it is asked again as soon as it has a turn for us.
        if (isDown) throw new NoPermit();
        return forward();
      },
    ],
  });
  service = toldBy();
  for (const ref of [one, two, three]) await ask(ref);
  isDown = true;
});

const known = () => service.progress.fallbacks(service.clock.now());

describe('what the database answers in the chain’s place', () => {
  test('is told at once, and then once in ten seconds, what was last first', async () => {
    expect(await ask(one)).toMatchObject({ source: 'database' });
    expect(told).toEqual([keysOf(one)]);
    await ask(two);
    world.pass(9_999);
    await ask(one);
    expect(told).toHaveLength(1);
    world.pass(1);
    expect(await ask(three)).toMatchObject({ source: 'database' });
    expect(told).toEqual([keysOf(one), keysOf(three, one, two)]);
    expect(await known()).toEqual(keysOf(three, one, two));
  });

  test('is told once the chain answers again, where nobody has been told of it', async () => {
    await ask(one);
    await ask(two);
    isDown = false;
    world.pass(60_000);
    expect(await ask(three)).toMatchObject({ source: 'chain' });
    expect(told).toEqual([keysOf(one), keysOf(two, one)]);
    world.pass(60_000);
    await ask(three);
    expect(told).toHaveLength(2);
  });

  test('is of all processes', async () => {
    const another = toldBy();
    await ask(one);
    await ask(two, another);
    expect((await known()).toSorted()).toEqual(keysOf(one, two).toSorted());
  });

  test('is neither what it has no answer to, nor what may come from nowhere else', async () => {
    await ask({ kind: 'account', id: `account-hash-${'0'.repeat(64)}` }).catch(() => undefined);
    world.pass(600_000);
    const onlyKept = { ...defaultReadOptions, noCache: true, onlyIfCached: true };
    expect(await lookup(one, onlyKept, service)).toMatchObject({ source: 'database' });
    expect(service.traffic.fallbacksAreDue).toBe(false);
    expect(told).toEqual([]);
  });

  test('is not what nobody has asked for', async () => {
    const answer = await lookup(one, { ...defaultReadOptions, noCache: true, aheadOfNeed: true }, service);
    expect([answer.source, told]).toEqual(['database', []]);
  });

  test.each<[string, () => Promise<never>]>([
    ['fails', () => Promise.reject(new StoreUnavailable('switched off'))],
    ['hangs', () => new Promise(() => undefined)],
  ])('costs no answer when the store %s', async (_how, answer) => {
    const process = toldBy((name) => (name === 'progress.noteFallbacks' ? answer() : undefined));
    expect(await ask(one, process)).toMatchObject({ source: 'database' });
    expect(told).toEqual([keysOf(one)]);
    expect(await known()).toEqual([]);
  });
});

describe('a process remembers of it', () => {
  const clock = { now: () => now };
  let now = 0;
  beforeEach(() => {
    now = Date.parse('2026-11-26T00:00:00.000Z');
  });

  test('the last two hundred', () => {
    const traffic = createTraffic(clock);
    const keys = Array.from({ length: 201 }, (_, at) => `account#${at}`);
    for (const key of [...keys, 'account#1']) traffic.fellBack(key);
    expect(traffic.drainFallbacks()).toEqual(['account#1', ...keys.slice(2).toReversed()]);
  });

  test('for a day', () => {
    const traffic = createTraffic(clock);
    traffic.fellBack('one');
    now += 24 * 3_600_000;
    traffic.fellBack('two');
    now += 1;
    expect(traffic.drainFallbacks()).toEqual(['two']);
  });
});
