import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Local, startLocal } from '../support/local.ts';
import { recordedTruth } from '../support/recorded-truth.ts';
import { noCache, patient } from './ask.ts';
import { type OverheardNode, overhear } from './overheard-node.ts';

const truth = recordedTruth('chain-d');
const token = 'ac384c48c4e3a0ce07c8f2c4a8e009119ca40b1029106167e986ac49b677f6b6';
const [first, second] = [83, 84].map((height) => `hash-${truth.contractHash(token, height)}`) as [string, string];
// 10^15 tokens over 10^9: as a rate, a million.
const liquid = { package: token, balances: 'balances', decimals: 9, rate: { value: 'total_supply', scale: 9 } };

let local: Local;
let node: OverheardNode;

const paths = truth.accounts.map(({ id }) => `/v1/accounts/${id}/staking`);
const positions = async () => {
  const answers = await Promise.all(paths.map((path) => local.get(path, noCache)));
  return answers.map(({ body: { data, meta } }) => ({ data, block: meta.block }));
};

describe('a liquid-staking contract, upgraded at block 84', () => {
  beforeAll(async () => {
    node = await overhear(() => local.node.url);
    local = await startLocal({
      recording: 'chain-d',
      height: 15,
      env: { ...patient, CASPER_RPC_URLS: node.url, ASTAKE_LIQUID_STAKING: JSON.stringify(liquid) },
    });
  });
  afterAll(async () => {
    await local?.close();
    await node?.close();
  });

  test('has a second version from 84 on, which disables the first (rule KIND-5)', () => {
    expect(first).not.toBe(second);
    expect([16, 83, 84, 156].map((height) => `hash-${truth.contractHash(token, height)}`)).toEqual([
      first,
      first,
      second,
      second,
    ]);
  });

  test.each([15, 16, 60, 83, 84, 85, 156])('gives each account its balance, rate and value at %d', async (height) => {
    local.setHeight(height);
    node.keys();
    const expected = truth.accounts.map(({ id }) => truth.staking(id, height, liquid));
    expect(await positions()).toEqual(expected.map((data) => ({ data, block: truth.block(height) })));
    const read = node.keys();
    expect([first, second].map((key) => read.has(key))).toEqual([height >= 16 && height < 84, height >= 84]);
  });

  test('is held by most accounts in the end, at a rate of a million', () => {
    const held = truth.accounts.map(({ id }) => truth.staking(id, 156, liquid)?.liquid as Position);
    expect(held.filter(({ balance }) => balance !== '0').length).toBeGreaterThan(5);
    expect(new Set(held.map(({ exchangeRate }) => exchangeRate))).toEqual(new Set(['1000000']));
    const noneYet = truth.accounts.map(({ id }) => truth.staking(id, 15, liquid)?.liquid);
    expect(noneYet).toEqual(truth.accounts.map(() => null));
  });
});

interface Position {
  readonly balance: string;
  readonly exchangeRate: string;
}
