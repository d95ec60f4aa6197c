import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { refKey } from '../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { verify } from '../../lib/verify/index.ts';
import type { Override } from '../support/rpc-proxy.ts';
import { startService, type TestService } from '../support/service.ts';
import { anchorBelow, type Body, provedAnswer, stakerAt, switchBlocks, truth } from './proved-answers.ts';

const height = 60;
const anchor = switchBlocks[1] ?? anchorBelow(height);
const [token] = truth.tokens;

/** Bytes have two spellings: a node may write either. */
const upperCase: Override = async (_, forward) => {
  const { result, error } = await forward();
  return error === undefined ? { result: spelled(result) } : { error };
};

const bytes = ['merkle_proof', 'total_balance_proof', 'public_key', 'signature'];
function spelled(value: Body): Body {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(spelled);
  return Object.fromEntries(
    Object.entries(value as Record<string, unknown>).map(([name, member]) => [
      name,
      bytes.includes(name) && typeof member === 'string' ? member.toUpperCase() : spelled(member),
    ]),
  );
}

let upper: TestService;
let lower: TestService;
beforeAll(async () => {
  [upper, lower] = await Promise.all([
    startService({ recording: 'chain-e', height, override: upperCase }),
    startService({ recording: 'chain-e', height }),
  ]);
});
afterAll(() => Promise.all([upper.close(), lower.close()]));

// Rule PROOF-5: bytes have one spelling.
test.each([
  { kind: 'asset', id: `${token?.packageHash}:${token?.tokenId}` },
  { kind: 'account', id: stakerAt(height) },
  { kind: 'staking', id: stakerAt(height) },
])(
  'proofs and signatures of a node that writes them in upper case are as those of any other node: $kind',
  async (ref) => {
    const answer = await provedAnswer(upper, ref, anchor.height);
    await verify(answer, anchor, { id: ref.id });
    expect(answer.meta.proof.full).toEqual((await provedAnswer(lower, ref, anchor.height)).meta.proof.full);
  },
);

test('no other spelling is taken', async () => {
  const answer = await provedAnswer(lower, { kind: 'account', id: stakerAt(height) }, anchor.height);
  const { full } = answer.meta.proof;
  const [key = ''] = Object.keys(full.proofs);
  const [signature] = full.block.signatures;
  for (const [holder, name] of [
    [full.proofs, key],
    [signature, 'signature'],
    [signature, 'publicKey'],
    [full.block, 'hash'],
  ] as const) {
    const before = holder[name];
    holder[name] = before.toUpperCase();
    await expect(verify(answer, anchor)).rejects.toMatchObject({ code: 'form' });
    holder[name] = before;
  }
  await verify(answer, anchor);
});

test('the evidence that is kept is the same, too (rule PROOF-2)', async () => {
  const ref = { kind: 'account', id: stakerAt(height) };
  const kept = [upper, lower].map(async ({ service, store }) => {
    await lookup(ref, { ...defaultReadOptions, noCache: true }, service);
    return store.tables.audit.get(refKey(ref))?.[0]?.proof?.evidence;
  });
  const [of, other] = await Promise.all(kept);
  expect(of).toEqual({ root: expect.any(String), digest: expect.any(String) });
  expect(of).toEqual(other);
});
