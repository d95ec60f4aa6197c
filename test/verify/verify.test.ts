import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { EntityRef } from '../../lib/domain/entity.ts';
import { type ProofAnchor, ProofRefused, verify } from '../../lib/verify/index.ts';
import { lacking } from '../support/lacking.ts';
import type { Override } from '../support/rpc-proxy.ts';
import { startService, type TestService } from '../support/service.ts';
import { anchorBelow, type Body, provedAnswer, stakerAt, switchBlocks, truth } from './proved-answers.ts';

let running: TestService;
const begin = async (height: number): Promise<void> => {
  running = await startService({ recording: 'chain-e', height });
};
const end = () => running.close();

/** A chain that stands at this height. */
async function answerAt(height: number, ref: EntityRef): Promise<Body> {
  const standing = await startService({ recording: 'chain-e', height });
  return provedAnswer(standing, ref).finally(() => standing.close());
}

const all: readonly (readonly [EntityRef, (height: number) => object | null])[] = [
  ...truth.tokens.map(
    (token) =>
      [{ kind: 'asset', id: `${token.packageHash}:${token.tokenId}` }, (at: number) => truth.asset(token, at)] as const,
  ),
  ...truth.collections.map(
    ({ packageHash: id }) => [{ kind: 'collection', id }, (at: number) => truth.collection(id, at)] as const,
  ),
  ...truth.accounts.flatMap(({ id }) => [
    [{ kind: 'account', id }, (at: number) => truth.account(id, at)] as const,
    [{ kind: 'staking', id }, (at: number) => truth.staking(id, at)] as const,
  ]),
];

// Rule PROOF-5.
describe.each([30, 60, 90])('what is verified is what the chain has at height %d', (height) => {
  beforeAll(() => begin(height));
  afterAll(end);

  test('of everything', async () => {
    for (const [ref, at] of all) {
      if (at(height) === null) continue;
      const answer = await provedAnswer(running, ref);
      const proved = await verify(answer, anchorBelow(height), { id: ref.id, minHeight: height });
      expect({ ref, data: proved.data, weight: proved.weight }).toEqual({ ref, data: at(height), weight: 1 });
    }
  });
});

describe('an answer', () => {
  const height = 60;
  const anchor = anchorBelow(height);
  const [token] = truth.tokens;
  const asset: EntityRef = { kind: 'asset', id: `${token?.packageHash}:${token?.tokenId}` };
  let answer: Body;
  beforeAll(async () => {
    await begin(height);
    answer = await provedAnswer(running, asset);
  });
  afterAll(end);
  const changed = (change: (full: Body, body: Body) => void): Body => {
    const body = structuredClone(answer);
    change(body.meta.proof.full, body);
    return body;
  };
  const codeOf = (...given: Parameters<typeof verify>): Promise<unknown> =>
    verify(...given).then(
      () => 'taken',
      (error: unknown) => (error instanceof ProofRefused ? error.code : error),
    );

  test('says what is proved, what is not, and which anchor to keep', async () => {
    const proved = await verify(answer, anchor);
    expect(proved).toMatchObject({ kind: 'asset', id: asset.id, weight: 1, anchor, unproved: ['absence', 'settings'] });
    expect(proved.block).toEqual({ ...truth.block(height), eraId: expect.any(Number) });
    expect(proved.proved).toContain(`hash-${token?.packageHash}`);
    expect(proved.absent).toHaveLength(1);
  });

  test('rests on no settings of the service where the caller gives its own', async () => {
    const [{ packageHash, alias } = lacking()] = truth.collections;
    const collections = { [alias]: { package: packageHash, standard: 'cep78' } } as const;
    expect((await verify(answer, anchor, { settings: { collections } })).unproved).toEqual(['absence']);
    expect(await codeOf(answer, anchor, { settings: { collections: {} } })).toBe('data');
  });

  test('is checked from an anchor of long ago, over few switch blocks, and from none that is newer', async () => {
    const [first, second] = switchBlocks;
    for (const old of [first, second] as ProofAnchor[]) {
      const from = await provedAnswer(running, asset, old.height);
      // The validators of the recording never change: each era can be skipped.
      expect(from.meta.proof.full.switchBlocks).toHaveLength(2);
      expect((await verify(from, old)).anchor).toEqual(anchor);
    }
    const newer = switchBlocks.find((block) => block.height >= height) as ProofAnchor;
    await expect(provedAnswer(running, asset, newer.height)).rejects.toThrow('is above block');
    await expect(provedAnswer(running, asset, anchor.height - 1)).rejects.toThrow('is no switch block');
    expect(await codeOf(answer, newer)).toBe('anchor');
  });

  test.each(switchBlocks.slice(1, 4))('about a switch block, which is the next anchor: %o', async (block) => {
    const about = await answerAt(block.height, { kind: 'account', id: truth.accounts[0]?.id as string });
    expect((await verify(about, anchorBelow(block.height))).anchor).toEqual(block);
  });

  test('about something else, or of a block that is too old, is refused', async () => {
    expect(await codeOf(answer, anchor, { id: asset.id.toUpperCase().replace('ASSET', 'asset') })).toBe('taken');
    expect(await codeOf(answer, anchor, { id: `${token?.packageHash}:9999` })).toBe('other_id');
    expect(await codeOf(answer, anchor, { minHeight: height })).toBe('taken');
    expect(await codeOf(answer, anchor, { minHeight: height + 1 })).toBe('too_old');
  });

  test('of another chain is refused, whatever name it gives', async () => {
    expect(await codeOf(answer, { ...anchor, chainName: 'casper' })).toBe('chain_name');
    const named = changed((full) => Object.assign(full, { chainName: 'casper' }));
    expect(await codeOf(named, { ...anchor, chainName: 'casper' })).toBe('weight');
  });

  test('with an older header again is refused, be it said of today or of then', async () => {
    const old = await answerAt(30, asset);
    // Older than the anchor: who has come further is not led back.
    expect(await codeOf(old, anchor)).toBe('anchor');
    const replayed = changed((full) => Object.assign(full, { block: old.meta.proof.full.block }));
    expect(await codeOf(replayed, anchor)).toBe('era');
    const after = switchBlocks.find((block) => block.height < 30) as ProofAnchor;
    const disguised = structuredClone(old);
    disguised.meta.block = answer.meta.block;
    expect(await codeOf(disguised, after)).toMatch(/anchor|meta/);
    expect(await codeOf(disguised, anchorBelow(30))).toBe('meta');
  });

  test('with signatures of too little weight, of strangers, or counted twice is refused', async () => {
    const signatures = (change: (given: Body[]) => Body[]) =>
      changed(({ block }) => Object.assign(block, { signatures: change(block.signatures) }));
    expect(
      await codeOf(
        signatures((given) => given.slice(0, 1)),
        anchor,
      ),
    ).toBe('weight');
    expect(
      await codeOf(
        signatures(() => []),
        anchor,
      ),
    ).toBe('weight');
    expect(
      await codeOf(
        signatures(([one]) => [one, one, one]),
        anchor,
      ),
    ).toBe('signature');
    expect(
      await codeOf(
        signatures((given) => [...given, given[0]]),
        anchor,
      ),
    ).toBe('signature');
    expect(
      await codeOf(
        signatures(([one, ...more]) => [{ ...one, publicKey: `01${'ab'.repeat(32)}` }, ...more]),
        anchor,
      ),
    ).toMatch(/weight|signature/);
  });

  test('with a proof of another key, with one left out, and with one too many is refused', async () => {
    const account = await provedAnswer(running, { kind: 'account', id: stakerAt(height) });
    const others = account.meta.proof.full.proofs;
    const [key, ...more] = Object.keys(answer.meta.proof.full.proofs) as [string, string];
    expect(
      await codeOf(
        changed(({ proofs }) => Object.assign(proofs, { [key]: proofs[more[0]] })),
        anchor,
      ),
    ).toBe('proof');
    expect(
      await codeOf(
        changed(({ proofs }) => delete proofs[key]),
        anchor,
      ),
    ).toBe('incomplete');
    expect(
      await codeOf(
        changed(({ proofs }) => Object.assign(proofs, others)),
        anchor,
      ),
    ).toBe('incomplete');
    expect(
      await codeOf(
        changed(({ absent }) => absent.push('hash-00')),
        anchor,
      ),
    ).toBe('incomplete');
  });

  test('that is none is refused', async () => {
    for (const none of [undefined, null, {}, { data: {}, meta: {} }, 'text', []])
      expect(await codeOf(none, anchor)).toBe('form');
    expect(
      await codeOf(
        changed((_, body) => Object.assign(body.data, { owner: `account-hash-${'ab'.repeat(32)}` })),
        anchor,
      ),
    ).toBe('data');
  });
});

test('nothing of a transaction can be proved', async () => {
  const ref = { kind: 'transaction', id: truth.transactions[0]?.hash as string };
  await expect(provedAnswer(running, ref)).rejects.toMatchObject({ code: 'invalid_request' });
});

test('where a node serves neither details of balances nor the auction, all is read by its keys', async () => {
  const refusing: Override = ({ method }) =>
    ['query_balance_details', 'state_get_auction_info_v2'].includes(method)
      ? { error: { code: -32601, message: 'Method not found' } }
      : undefined;
  const other = await startService({ recording: 'chain-e', height: 60, override: refusing });
  for (const kind of ['account', 'staking']) {
    const proved = await verify(await provedAnswer(other, { kind, id: stakerAt(60) }), anchorBelow(60));
    expect(proved.unproved).toContain(kind === 'account' ? 'holds' : 'validators');
  }
  await other.close();
});
