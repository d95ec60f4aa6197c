import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { stateKey } from '../../../lib/chain/rpc/state-keys.ts';
import { writesOf } from '../../../lib/chain/state/write-set.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';

const folder = new URL('../../../infra/local/recordings/', import.meta.url);

// biome-ignore lint/suspicious/noExplicitAny: recorded JSON of many shapes
type Raw = any;
const lines = (recording: string, name: string): Raw[] =>
  readFileSync(new URL(`${recording}/${name}.jsonl`, folder), 'utf8')
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));

const keysByHeight = (recording: string): Map<number, Set<string>> => {
  const byHeight = new Map<number, Set<string>>();
  for (const { execution_info: info } of lines(recording, 'transactions')) {
    const keys = byHeight.get(info.block_height) ?? new Set();
    for (const key of writesOf(info.execution_result).keys) keys.add(key);
    byHeight.set(info.block_height, keys);
  }
  return byHeight;
};

describe.each(['chain-a', 'chain-d'] as const)('What the transactions of %s wrote (rule FOLLOW-2)', (recording) => {
  const written = keysByHeight(recording);
  const truth = recordedTruth(recording);

  /** Changes outside of switch blocks, and those of which the block's transactions do not name the key. */
  function changesOf(entries: readonly Raw[], keyOf: (entry: Raw) => string) {
    const changes = entries.flatMap(({ versions, ...entry }) =>
      (versions as readonly { height: number }[])
        .slice(1)
        .filter(({ height }) => !truth.switchBlocks.includes(height))
        .map(({ height }) => ({ key: keyOf(entry), height })),
    );
    return { changes: changes.length, missed: changes.filter(({ key, height }) => !written.get(height)?.has(key)) };
  }

  test('names every key that changed outside of a switch block (rule FOLLOW-2)', () => {
    const { changes, missed } = changesOf(lines(recording, 'state'), ({ key }: { key: string }) => stateKey(key));
    expect(changes).toBeGreaterThan(150);
    expect(missed).toEqual([]);
  });

  test('names the balance of every purse that changed outside of a switch block', () => {
    const balanceOf = ({ purse }: { purse: string }) => `balance-${purse.replace(/^uref-/, '').slice(0, 64)}`;
    const { changes, missed } = changesOf(lines(recording, 'balances'), balanceOf);
    expect(changes).toBeGreaterThan(30);
    expect(missed).toEqual([]);
  });

  test('names the seed of every dictionary that was written (rule FOLLOW-2)', () => {
    let items = 0;
    for (const { key, seed, height } of truth.dictionaryWrites) {
      items += 1;
      const keys = written.get(height);
      expect([key, keys?.has(key), keys?.has(`seed-${seed.replace(/^uref-/, '').slice(0, 64)}`)]).toEqual([
        key,
        true,
        true,
      ]);
    }
    expect(items).toBeGreaterThan(50);
  });

  test('names every staking position that changed outside of a switch block (rule FOLLOW-2)', () => {
    const missed: string[] = [];
    let changes = 0;
    for (const { id } of truth.accounts) {
      const position = (height: number): string => {
        const { rewards: _, ...stake } = truth.staking(id, height) ?? {};
        return JSON.stringify(stake);
      };
      for (let height = 1; height <= truth.lastHeight; height += 1) {
        if (truth.switchBlocks.includes(height) || position(height) === position(height - 1)) continue;
        changes += 1;
        const hash = id.replace('account-hash-', '');
        const keys = written.get(height);
        if (!keys?.has(`stake-${hash}`) && !keys?.has(id)) missed.push(`${id} at ${height}`);
      }
    }
    expect(changes).toBeGreaterThan(5);
    expect(missed).toEqual([]);
  });
});

test('a failed execution has a write set, too, and 1.x results name their transforms (rule FOLLOW-2)', () => {
  const uref = `uref-${'ab'.repeat(32)}`;
  const effect = {
    operations: [],
    transforms: [
      { key: `${uref}-000`, transform: 'Identity' },
      { key: `balance-${'cd'.repeat(32)}`, transform: { AddUInt512: '5' } },
      { key: `account-hash-${'EF'.repeat(32)}`, transform: { WriteCLValue: { cl_type: 'Any', bytes: '00' } } },
    ],
  };
  const result = { Version1: { Failure: { effect, transfers: [], cost: '1', error_message: 'Out of gas' } } };
  expect([...writesOf(result).keys]).toEqual([`balance-${'cd'.repeat(32)}`, `account-hash-${'ef'.repeat(32)}`]);
});
