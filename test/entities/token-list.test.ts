import { describe, expect, test } from '@jest/globals';
import type { ClData, PinnedState } from '../../lib/domain/pinned-state.ts';
import type { TokenList } from '../../lib/domain/token-list.ts';
import type { TokenIds } from '../../lib/entities/layout.ts';
import { ListUnreadable, tokenListOf } from '../../lib/entities/token-list.ts';
import { u256Bytes } from '../../lib/entities/tokens.ts';

const packageHash = 'aa'.repeat(32);
const uref = (name: string): string => `uref-${name.padEnd(64, '0')}-007`;
/** `versions`: the named URefs of each version of the contract, the newest first. */
const stateOf = (values: Readonly<Record<string, ClData>>, versions: readonly (readonly string[])[] = []) =>
  ({
    named: async (name: string) => values[name],
    item: async (seed: string, key: string) => values[`${seed}/${key}`],
    contractPackage: async (asked: string) =>
      asked === packageHash && versions.length > 0
        ? {
            versions: versions.map((_, at) => ({ major: 2, version: versions.length - at, contractHash: String(at) })),
            disabled: [[2, 1]],
          }
        : undefined,
    contract: async (hash: string) => ({
      namedKeys: Object.fromEntries(
        versions[Number(hash)]?.map((name) => [name, uref(name).replace('007', '001')]) ?? [],
      ),
    }),
  }) as unknown as PinnedState;

const listOf = (ids: TokenIds) => tokenListOf(packageHash, { ids, owners: uref('owners') }) as TokenList;
const counted = listOf({ by: 'count', minted: 'minted', mode: 'mode', index: 'index' });

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
    const without = listOf({ by: 'count', minted: 'minted', mode: 'mode', index: null });
    expect(await without.length(stateOf({ minted: '2', mode: '1' }))).toBeUndefined();
    expect(await counted.length(stateOf({ minted: '2', mode: '2' }))).toBeUndefined();
    expect(await counted.length(stateOf({ mode: '0' }))).toBeUndefined();
  });

  const events = listOf({ by: 'events', length: uref('length'), events: uref('events') });
  const written = {
    [uref('length')]: '4',
    [`${uref('events')}/0`]: event('event_Mint', account, u256Bytes('0')),
    [`${uref('events')}/1`]: event('event_Transfer', account, account, u256Bytes('0')),
    [`${uref('events')}/2`]: event('event_Mint', account, u256Bytes('70000')),
    [`${uref('events')}/3`]: event('event_Mint', account),
  };
  const names = ['owners', 'length', 'events'];

  test('is its mints among its events, for CEP-95', async () => {
    const state = stateOf(written, [names]);
    expect(await events.length(state)).toBe(4);
    expect(await events.tokensAt([0, 1, 2], state)).toEqual(['0', undefined, '70000']);
    await expect(events.tokensAt([3], state)).rejects.toThrow('names no token');
    await expect(events.tokensAt([4], state)).rejects.toThrow('is missing');
  });

  test('is its events where its first version had them too, and the same owners', async () => {
    const length = (versions: readonly (readonly string[])[]) => events.length(stateOf(written, versions));
    expect(await length([names, [...names, 'other']])).toBe(4);
    for (const missing of names) {
      const without = names.filter((name) => name !== missing);
      expect(await length([names, without])).toBeUndefined();
      expect(await length([names, names, [...without, 'other']])).toBeUndefined();
    }
    expect(await length([])).toBeUndefined();
  });
});
