import { beforeAll, expect, jest, test } from '@jest/globals';
import { recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import { clValueDecoder } from '../../../lib/chain/rpc/casper-sdk.ts';
import { ChainUnavailable } from '../../../lib/domain/errors.ts';
import { lookupAt } from '../../../lib/usecases/reading/lookup-at.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { type Alter, createWorld } from '../following/world.ts';

/** A safety net against hanging: no verdict depends on it. */
jest.setTimeout(600_000);
beforeAll(clValueDecoder);

const recording = 'chain-a';
const truth = recordedTruth(recording);
const { owner } = recordedExamples[recording];
const [at, other] = [60, 20];
const ref = { kind: 'account', id: owner };

/** It has another block at this height, as after a reset that it did not take part in. */
const onOtherHistory: Alter = (method, params, forward) => {
  if (method !== 'chain_get_block' || params?.block_identifier?.Height !== at) return forward();
  const answer = structuredClone(forward({ block_identifier: { Height: other } }));
  const [block] = Object.values(answer.result.block_with_signatures.block) as { header: { height: number } }[];
  if (block !== undefined) block.header.height = at;
  return answer;
};

const asked = async (nodes: readonly (Alter | undefined)[]) => {
  const world = await createWorld({ recording, height: 100, nodes });
  const { data, block } = await lookupAt(ref, { at, noCache: true, onlyIfCached: false }, world.process());
  return JSON.parse(JSON.stringify({ data, block }));
};

test('the block at a height is the one that most nodes have there (rule PAST-2)', async () => {
  expect(truth.account(owner, at)).not.toEqual(truth.account(owner, other));
  const expected = { data: truth.account(owner, at), block: truth.block(at) };
  expect(await asked([onOtherHistory, undefined, undefined])).toEqual(expected);
  expect(await asked([undefined, onOtherHistory, undefined])).toEqual(expected);
});

test('nothing is said of it where two nodes do not agree (rule PAST-2)', async () => {
  await expect(asked([onOtherHistory, undefined])).rejects.toThrow(ChainUnavailable);
});
