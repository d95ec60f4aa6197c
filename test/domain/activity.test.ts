import { describe, expect, test } from '@jest/globals';
import {
  accountKeys,
  activitiesIn,
  type ExecutedTransaction,
  isActivityPlace,
  placeAbove,
} from '../../lib/domain/activity.ts';

const account = (digit: string) => `account-hash-${digit.repeat(64)}`;
const purse = (digit: string) => `uref-${digit.repeat(64)}-007`;
const [alice, bob, carol] = ['a', 'b', 'c'].map(account) as [string, string, string];
const block = { height: 9, hash: 'h', timestamp: 't' };

const transferOf = (from: string, to: string | null, source = purse('1'), target = purse('2')) => ({
  ...{ from, to, source, target },
  amount: '1',
  id: null,
});
const transactionOf = (initiator: string, transfers: ExecutedTransaction['transfers'] = []): ExecutedTransaction => ({
  ...{ hash: 'f'.repeat(64), initiator, cost: '5', errorMessage: null, transfers },
});

const tracking = (accounts: readonly string[], purses: Readonly<Record<string, string>> = {}) => ({
  has: (one: string) => accounts.includes(one),
  ofBalance: (key: string) => (purses[key] === undefined ? [] : [purses[key]]),
});

const partsIn = (transactions: readonly ExecutedTransaction[], tracked: ReturnType<typeof tracking>) =>
  activitiesIn([{ block, transactions }], tracked, 0).map(({ account: who, role, transfer }) => [
    who,
    role,
    transfer && transactions.flatMap(({ transfers }) => transfers).indexOf(transfer),
  ]);

describe('rule ACTIVITY-2: the parts of tracked accounts', () => {
  test('what is initiated, also where nothing is transferred', () => {
    expect(partsIn([transactionOf(alice), transactionOf(bob)], tracking([alice]))).toEqual([
      [alice, 'initiated', null],
    ]);
  });

  test('each transfer, also several to one account, and one from an account to itself', () => {
    const transfers = [transferOf(alice, bob), transferOf(alice, bob), transferOf(alice, alice)];
    expect(partsIn([transactionOf(carol, transfers)], tracking([alice, bob]))).toEqual([
      [alice, 'transfer-out', 0],
      [bob, 'transfer-in', 0],
      [alice, 'transfer-out', 1],
      [bob, 'transfer-in', 1],
      [alice, 'transfer-out', 2],
      [alice, 'transfer-in', 2],
    ]);
  });

  test('a transfer to a purse concerns the account whose main purse it is, and no other', () => {
    const mainPurse = { [`balance-${'2'.repeat(64)}`]: bob };
    const transfers = [transferOf(alice, null), transferOf(alice, null, purse('1'), purse('3'))];
    expect(partsIn([transactionOf(alice, transfers)], tracking([bob], mainPurse))).toEqual([[bob, 'transfer-in', 0]]);
  });

  test('a transfer whose purse and account are the same is one part', () => {
    const mainPurse = { [`balance-${'2'.repeat(64)}`]: bob };
    expect(partsIn([transactionOf(alice, [transferOf(alice, bob)])], tracking([bob], mainPurse))).toHaveLength(1);
  });

  test('from the main purse in the name of another account', () => {
    const mainPurse = { [`balance-${'1'.repeat(64)}`]: bob };
    expect(partsIn([transactionOf(alice, [transferOf(alice, carol)])], tracking([bob], mainPurse))).toEqual([
      [bob, 'transfer-out', 0],
    ]);
  });
});

test('the keys of all accounts that take part, each once', () => {
  const transactions = [transactionOf(alice, [transferOf(alice, bob), transferOf(carol, null)])];
  expect([...accountKeys([{ block, transactions }])]).toEqual([alice, bob, carol]);
});

test('places are texts in the order of the chain, and each fork has its own', () => {
  const transactions = [
    transactionOf(alice, [transferOf(alice, alice)]),
    ...Array.from({ length: 11 }, () => transactionOf(alice)),
  ];
  const heights = [9, 10, 1_000_000];
  const blocks = heights.map((height) => ({ block: { ...block, height }, transactions }));
  const places = activitiesIn(blocks, tracking([alice]), 0).map(({ place }) => place);
  expect(places.filter((place) => place < placeAbove(9))).toHaveLength(14);
  const inGroups = (all: readonly string[]) => all.map((place) => place.split('#').slice(0, 3).join('#'));
  expect(inGroups(places.toSorted())).toEqual(inGroups(places));
  expect(places.every(isActivityPlace)).toBe(true);
  expect(places).not.toContain(activitiesIn(blocks, tracking([alice]), 1)[0]?.place);
});
