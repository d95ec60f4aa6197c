import { describe, expect, test } from '@jest/globals';
import type { ClData, PinnedState } from '../../lib/domain/pinned-state.ts';
import { ListUnreadable, tokenListOf } from '../../lib/entities/token-list.ts';
import { u256Bytes } from '../../lib/entities/tokens.ts';

const stateOf = (values: Readonly<Record<string, ClData>>) =>
  ({
    named: async (uref: string) => values[uref],
    item: async (seed: string, key: string) => values[`${seed}/${key}`],
  }) as unknown as PinnedState;

const counted = tokenListOf({ by: 'count', minted: 'minted', mode: 'mode', index: 'index' });

function event(name: string, ...fields: readonly Uint8Array[]): ClData {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(name.length);
  return [...Buffer.concat([length, Buffer.from(name), ...fields])].map(String);
}
const account = Buffer.alloc(33);

describe('The list that a contract keeps of its tokens (rule COLLECT-3)', () => {
  test('is of the numbers below its counter, for CEP-78 with numbers', async () => {
    const state = stateOf({ minted: '3', mode: '0' });
    expect(await counted.length(state)).toBe(3);
    expect(await counted.tokensAt([0, 2], state)).toEqual(['0', '2']);
  });

  test('is its index, for CEP-78 with texts', async () => {
    const state = stateOf({ minted: '2', mode: '1', 'index/0': 'abc', 'index/1': 'def' });
    expect(await counted.length(state)).toBe(2);
    expect(await counted.tokensAt([0, 1], state)).toEqual(['abc', 'def']);
    await expect(counted.tokensAt([2], state)).rejects.toThrow(ListUnreadable);
  });

  test('is none where the contract has no index, another mode, or no number', async () => {
    const without = tokenListOf({ by: 'count', minted: 'minted', mode: 'mode', index: null });
    expect(await without.length(stateOf({ minted: '2', mode: '1' }))).toBeUndefined();
    expect(await counted.length(stateOf({ minted: '2', mode: '2' }))).toBeUndefined();
    expect(await counted.length(stateOf({ mode: '0' }))).toBeUndefined();
  });

  test('is its mints among its events, for CEP-95', async () => {
    const events = tokenListOf({ by: 'events', length: 'length', events: 'events' });
    const state = stateOf({
      length: '4',
      'events/0': event('event_Mint', account, u256Bytes('0')),
      'events/1': event('event_Transfer', account, account, u256Bytes('0')),
      'events/2': event('event_Mint', account, u256Bytes('70000')),
      'events/3': event('event_Mint', account),
    });
    expect(await events.length(state)).toBe(4);
    expect(await events.tokensAt([0, 1, 2], state)).toEqual(['0', undefined, '70000']);
    await expect(events.tokensAt([3], state)).rejects.toThrow('names no token');
    await expect(events.tokensAt([4], state)).rejects.toThrow('is missing');
  });
});
