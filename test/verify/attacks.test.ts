import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { amount } from '../../lib/domain/amount.ts';
import { presentMetadata } from '../../lib/entities/metadata.ts';
import { ProofRefused, verify } from '../../lib/verify/index.ts';
import { formOf } from '../../lib/verify/same-data.ts';
import { lacking } from '../support/lacking.ts';
import { startService, type TestService } from '../support/service.ts';
import { anchorBelow, type Body, provedAnswer, stakerAt, truth } from './proved-answers.ts';

const height = 60;
const anchor = anchorBelow(height);
const [token = lacking()] = truth.tokens;
const staker = stakerAt(height);
const liquid = {
  package: truth.collections[0]?.packageHash,
  balances: 'token_owners',
  itemKey: 'base64-key',
  decimals: 9,
  rate: { value: 'number_of_minted_tokens', scale: 0 },
};

let running: TestService;
let answers: Readonly<Record<'asset' | 'account' | 'staking' | 'collection', Body>>;
beforeAll(async () => {
  running = await startService({ recording: 'chain-e', height });
  const of = (kind: string, id: string) => provedAnswer(running, { kind, id });
  answers = {
    asset: await of('asset', `${token.packageHash}:${token.tokenId}`),
    account: await of('account', staker),
    staking: await of('staking', staker),
    collection: await of('collection', token.packageHash),
  };
});
afterAll(() => running.close());

type Kind = keyof typeof answers;
/** What becomes of an answer that a hostile service has changed. */
async function codeOf(kind: Kind, change: (full: Body, body: Body) => void, options = {}): Promise<unknown> {
  const body = structuredClone(answers[kind]);
  change(body.meta.proof.full, body);
  return verify(body, anchor, options).then(
    () => 'taken',
    (error: unknown) => (error instanceof ProofRefused ? error.code : error),
  );
}
const unchanged = () => undefined;

// Rule PROOF-5: who sends the answer controls all of it.
describe('an answer about something else', () => {
  test('of another kind with the same id', async () => {
    for (const kind of ['account', 'staking'] as const) {
      expect(await codeOf(kind, unchanged, { id: staker, kind })).toBe('taken');
      expect(await codeOf(kind, unchanged, { id: staker, kind: kind === 'account' ? 'staking' : 'account' })).toBe(
        'other_id',
      );
      expect(await codeOf(kind, (_, { data }) => Object.assign(data, { kind: 'transaction' }))).toBe('unreadable');
    }
  });

  test('of another collection that the service calls by the name that was asked for', async () => {
    const asked = 'ab'.repeat(32);
    const called = (name: string) => (full: Body, body: Body) => {
      full.settings.collections = { [name]: { package: token.packageHash, standard: 'cep78' } };
      body.data.collection = name;
    };
    expect(await codeOf('asset', called(asked))).toBe('taken');
    expect(await codeOf('asset', called(asked), { id: `${asked}:${token.tokenId}` })).toBe('other_id');
    expect(await codeOf('asset', called('villas'), { id: `villas:${token.tokenId}` })).toBe('other_id');
    const own = { collections: { villas: { package: token.packageHash } } } as const;
    expect(await codeOf('asset', called('villas'), { id: `villas:${token.tokenId}`, settings: own })).toBe('taken');
  });

  test('of a block below a height that is none', async () => {
    for (const minHeight of [Number.NaN, 'high'])
      expect(await codeOf('asset', unchanged, { minHeight })).toBe('too_old');
  });
});

describe('what nodes say without a proof', () => {
  const same = (key: string): string => key;
  const upperCase = (key: string): string => key.toUpperCase();

  test.each([
    ['stakes', same],
    ['stakes', upperCase],
    ['validators', upperCase],
  ] as const)('a validator that is named twice, so that the stake counts twice: %s', async (name, other) => {
    const twice = (full: Body, { data }: Body): void => {
      const [validator] = full.claimed.validators;
      const named = [validator, other(validator)].sort();
      if (name === 'validators') full.claimed.validators = named;
      else {
        full.claimed = { stakes: named, rewards: full.claimed.rewards };
        full.absent = full.absent.filter((key: string) => !key.startsWith(`bid-addr-07${staker.slice(-64)}`));
        data.complete = true;
      }
      const forEach = ([one]: Body[]) => named.map((each) => ({ ...one, validator: each }));
      data.delegations = forEach(data.delegations);
      data.unbondings = forEach(data.unbondings);
      data.totalStaked = amount(2n * BigInt(data.totalStaked.motes));
    };
    expect(await codeOf('staking', twice)).toBe('form');
  });

  test('a part that the value is not made of', async () => {
    expect(await codeOf('asset', ({ claimed }) => Object.assign(claimed, { rewards: null }))).toBe('incomplete');
    expect(await codeOf('account', ({ claimed }) => Object.assign(claimed, { stakes: [] }))).toBe('incomplete');
    expect(await codeOf('account', ({ claimed }) => Object.assign(claimed, { validators: [] }))).toBe('incomplete');
  });

  test('more than there is, and what is no amount', async () => {
    const available = (motes: string, shown = motes) =>
      codeOf('account', ({ claimed }, { data }) => {
        claimed.balance.available = motes;
        data.available = { motes: shown, cspr: 'x' };
      });
    const total = BigInt(answers.account.data.balance.motes);
    expect(await available(String(total + 1n))).toBe('data');
    for (const none of ['-1', '0x10', '', '1e3']) expect(await available(none)).toBe('form');
    const hold = { amount: '5', kind: 'gas', since: '2026-01-01T00:00:00.000Z' };
    for (const none of [
      [{ ...hold, owner: 'me' }],
      [{ ...hold, kind: 'other' }],
      [{ ...hold, since: 'soon' }],
      [{ ...hold, amount: -5 }],
      [null],
      'none',
    ])
      expect(await codeOf('account', ({ claimed }) => Object.assign(claimed.balance, { holds: none }))).toBe('form');
    for (const none of [{ era: -1, amount: '1' }, { era: '1', amount: '1' }, { era: 1, amount: '-1' }, { era: 1 }, 5])
      expect(await codeOf('staking', ({ claimed }) => Object.assign(claimed, { rewards: none }))).toBe('form');
  });
});

describe('settings of the service', () => {
  test('are named as unproved where the value is made of them', async () => {
    expect((await verify(answers.asset, anchor)).unproved).toContain('settings');
    expect((await verify(answers.account, anchor)).unproved).not.toContain('settings');
  });

  test.each([
    { liquidStaking: { ...liquid, decimals: 1e9 } },
    { liquidStaking: { ...liquid, rate: { value: 'rate', scale: 1e9 } } },
    { liquidStaking: { ...liquid, balances: 5 } },
    { liquidStaking: { ...liquid, more: 1 } },
    { collections: { villas: { package: 'hash' } } },
    { collections: { villas: { package: token.packageHash, standard: 'erc721' } } },
    { collections: { villas: { package: token.packageHash, assetValue: 5 } } },
    { collections: { villas: null } },
  ])('have one form: %j', async (settings) => {
    expect(await codeOf('staking', (full) => Object.assign(full.settings, settings))).toBe('form');
  });
});

describe('members that nothing checks', () => {
  const inherited = JSON.parse('{"__proto__": {"owner": "me"}}');

  test.each([
    ['next to data', (_: Body, body: Body) => Object.assign(body, { note: 'proved' })],
    ['of the proof', (full: Body) => Object.assign(full, { note: 'proved' })],
    ['of a block', ({ block }: Body) => Object.assign(block, { note: 'proved' })],
    ['of a signature', ({ block }: Body) => Object.assign(block.signatures[0], { note: 'proved' })],
    ['of a claim', ({ claimed }: Body) => Object.assign(claimed, { note: 'proved' })],
    ['of the settings', ({ settings }: Body) => Object.assign(settings, { note: 'proved' })],
    [
      'named __proto__ in the proof',
      (full: Body, body: Body) => {
        body.meta.proof.full = withProto(full);
      },
    ],
    [
      'named __proto__ in claims',
      (full: Body) => {
        full.claimed = withProto(full.claimed);
      },
    ],
  ])('%s', async (_, change) => {
    expect(await codeOf('asset', change as (full: Body, body: Body) => void)).toBe('form');
  });

  test('named __proto__ in proofs, and in data', async () => {
    const inProofs = (full: Body) => {
      full.proofs = withProto(full.proofs, '00');
    };
    expect(await codeOf('asset', inProofs)).toBe('unreadable');
    const inData = (_: Body, body: Body) => {
      body.data = withProto(body.data);
    };
    expect(await codeOf('asset', inData)).toBe('data');
    expect(await codeOf('asset', (_, { data }) => Object.assign(data, { price: 1 }))).toBe('data');
    expect(formOf({ metadata: inherited }, { metadata: {} })).toBeUndefined();
    expect(formOf({ metadata: {} }, { metadata: presentMetadata('{"__proto__": {"owner": "me"}}') })).toBeUndefined();
  });
});

const withProto = (holder: Body, value: unknown = {}): Body =>
  JSON.parse(JSON.stringify({ _: value, ...holder }).replace('"_"', '"__proto__"'));

test('no digit of a number is lost, and none is believed', () => {
  const made = { metadata: presentMetadata('{"price": 9007199254740993, "part": 0.5, "big": 1e30}') };
  const exact = { metadata: { price: 9_007_199_254_740_993n, part: 0.5, big: 1e30 } };
  // As JSON.parse reads it, and as the client does.
  for (const price of [9_007_199_254_740_992, 9_007_199_254_740_993n])
    expect(formOf({ metadata: { ...exact.metadata, price } }, made)?.data).toEqual(exact);
  for (const price of [9_007_199_254_740_992n, 9_007_199_254_740_994n, 9_007_199_254_740_994, '9007199254740993'])
    expect(formOf({ metadata: { ...exact.metadata, price } }, made)).toBeUndefined();
});
