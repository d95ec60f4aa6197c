import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { refKey } from '../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import { noProgress } from '../../lib/domain/progress.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import type { Override } from '../support/rpc-proxy.ts';
import { type Network, startNetwork, truth, user1, villa } from './network.ts';

const fromChain = { ...defaultReadOptions, noCache: true };

let running: Network;
afterEach(() => running.close());

const recordOf = (ref: { kind: string; id: string }) => structuredClone(running.store.tables.records.get(refKey(ref)));

describe('of two readings of a position at one block', () => {
  const state = new URL('../../infra/local/recordings/chain-a/state.jsonl', import.meta.url);
  const lines = readFileSync(state, 'utf8').split('\n');
  const bids = lines
    .filter((line) => line.includes('"bid-addr-'))
    .flatMap((line) => {
      const { versions } = JSON.parse(line);
      // biome-ignore lint/suspicious/noExplicitAny: a recorded line
      return versions.findLast((version: any) => version.height <= 60)?.value?.BidKind ?? [];
    });
  const ref = { kind: 'staking', id: user1 };
  let answering = true;
  const auction: Override = ({ method }) =>
    answering && method === 'state_get_auction_info_v2'
      ? { result: { auction_state: { block_height: 60, bids: bids.map((bid) => ({ bid })) } } }
      : undefined;
  const start = async (complete: boolean) => {
    answering = complete;
    running = await startNetwork({ nodes: [auction], height: 60 });
    const { data } = await lookup(ref, fromChain, running.service);
    expect(data).toEqual({ ...truth.staking(user1, 60), complete });
  };

  test('an incomplete one replaces no complete one and contradicts none (rule KIND-4)', async () => {
    await start(true);
    const kept = recordOf(ref);
    answering = false;
    expect((await lookup(ref, fromChain, running.another())).data).toMatchObject({ complete: false });
    expect(kept).toBeDefined();
    expect(recordOf(ref)).toEqual(kept);
    expect(running.store.tables.cache.get(refKey(ref))?.entry.value).toEqual(kept?.value);
    expect(running.counted('Conflict')).toBe(0);
  });

  test('a complete one replaces an incomplete one', async () => {
    await start(false);
    expect(recordOf(ref)).toMatchObject({ sequence: 1, value: { complete: false } });
    answering = true;
    expect((await lookup(ref, fromChain, running.another())).data).toMatchObject({ complete: true });
    expect(recordOf(ref)).toMatchObject({ sequence: 2, block: { height: 60 }, value: { complete: true } });
    expect(running.counted('Conflict')).toBe(0);
  });
});

describe('a value above 128 KiB (rule SAVE-6)', () => {
  const text = 'x'.repeat(129 * 1024);
  let large = true;
  const growing: Override = async ({ method, params }, forward) => {
    if (!large || method !== 'query_global_state' || !params.key.startsWith('dictionary-')) return undefined;
    const answer = await forward();
    const item = answer.result?.stored_value.CLValue;
    if (item?.cl_type === 'String') {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(text.length);
      item.bytes = length.toString('hex') + Buffer.from(text).toString('hex');
    }
    return answer;
  };
  const read = async (ref = villa(0)) =>
    (await lookup(ref, fromChain, running.service)).data as { metadata: string | object };

  test('is answered and not stored (rule SAVE-6)', async () => {
    large = true;
    running = await startNetwork({ nodes: [growing], height: 60 });
    expect((await read()).metadata).toBe(text);
    expect(recordOf(villa(0))).toBeUndefined();
    expect(running.store.tables.cache.size).toBe(0);
    expect(running.counted('ValueTooLarge')).toBe(1);
  });

  test('over a record is saved as too large, once, however often it is read again (rule SAVE-6)', async () => {
    large = false;
    running = await startNetwork({ nodes: [growing], height: 60 });
    expect(typeof (await read()).metadata).toBe('object');
    large = true;
    for (const height of [61, 61, 62, 62]) {
      running.node.setHeight(height);
      expect((await read()).metadata).toBe(text);
      expect(recordOf(villa(0))).toMatchObject({ tooLarge: true, value: null, sequence: 2, block: { height } });
    }
    expect(running.store.tables.audit.get(refKey(villa(0)))).toHaveLength(2);
    expect(running.counted('Conflict')).toBe(0);
    expect(await lookup(villa(0), defaultReadOptions, running.another())).toMatchObject({ source: 'chain' });
    large = false;
    running.node.setHeight(63);
    expect(typeof (await read()).metadata).toBe('object');
    expect(recordOf(villa(0))).toMatchObject({ tooLarge: false, sequence: 3, block: { height: 63 } });
  });
});

test('a winner of an abandoned fork does not stand, however high its block (rule FOLLOW-8)', async () => {
  let raced: (() => void) | undefined;
  running = await startNetwork({ height: 60, onCall: (name) => void (name === 'records.save' && raced?.()) });
  const { tables } = running.store;
  tables.progress = { ...noProgress, fork: 1, rewinds: [{ fork: 1, height: 50 }] };
  await lookup(villa(0), fromChain, running.service);
  const before = recordOf(villa(0));
  if (before === undefined) throw new Error('no record');
  const winner = {
    ...before,
    fork: 0,
    block: truth.block(90),
    sequence: 2,
    value: { ...before.value, owner: 'mallory' },
  };
  running.node.setHeight(61);
  raced = () => {
    raced = undefined;
    tables.records.set(refKey(villa(0)), winner);
  };
  await lookup(villa(0), fromChain, running.service);
  expect(raced).toBeUndefined();
  expect(recordOf(villa(0))).toMatchObject({ fork: 1, block: { height: 61 }, value: before.value, sequence: 3 });
  expect(tables.cache.get(refKey(villa(0)))?.entry).toMatchObject({ fork: 1, block: { height: 61 }, sequence: 3 });
});
