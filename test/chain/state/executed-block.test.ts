import { expect, test } from '@jest/globals';
import { loadRecording } from '../../../infra/local/dev-chain/recording.ts';
import { isWholeBody } from '../../../lib/chain/rpc/whole-body.ts';
import { claimedSources } from '../../../lib/chain/state/block-sources.ts';
import { readExecutedBlock } from '../../../lib/chain/state/executed-block.ts';
import { abortIn } from '../../../lib/domain/deadline.ts';
import { poolOf } from '../pool/fake-node.ts';
import { type Behaviour, endpoint, inVirtualTime, refused, scriptedNode } from '../pool/scripted-node.ts';

const { blockAnswers, blocks, transactions } = loadRecording('chain-a');
const version2 = 'Version2';
const effectsOf = (key: string): readonly { readonly key: string; readonly kind: unknown }[] =>
  // biome-ignore lint/suspicious/noExplicitAny: an execution result as it was recorded
  (transactions.get(key)?.execution_info.execution_result as any)?.[version2]?.effects ?? [];
const isWrite = ({ key, kind }: { readonly key: string; readonly kind: unknown }): boolean =>
  kind !== 'Identity' && !key.startsWith('balance-');
const listed = (at: number): string[] =>
  Object.values(blocks[at]?.body.transactions ?? {})
    .flat()
    .map((tagged) => Object.entries(tagged)[0]?.join(' ') ?? '');

/** The first block with one transaction, which wrote more than balances. */
const height = blocks.findIndex(
  (_block, at) => listed(at).length === 1 && effectsOf(listed(at)[0] ?? '').some(isWrite),
);
const [kind = '', hash = ''] = (listed(height)[0] ?? '').split(' ');

// biome-ignore lint/suspicious/noExplicitAny: answers of every method
type Amend = (answer: any) => void;

/** A node that replays the recording, with its answers to one method amended. */
const amending =
  (amended: string, amend: Amend): Behaviour =>
  (_call, { method }) => {
    const result = structuredClone(
      method === 'chain_get_block' ? blockAnswers[height] : transactions.get(`${kind} ${hash}`),
    );
    if (method === amended) amend(result);
    return { result };
  };
const sound = amending('', () => undefined);

const effects = (kept: (key: string) => boolean): Behaviour =>
  amending('info_get_transaction', ({ execution_info: { execution_result: result } }) => {
    result[version2].effects = result[version2].effects.filter(({ key }: { key: string }) => kept(key));
  });
const withoutEffects = effects(() => false);
const withoutBalances = effects((key) => !key.startsWith('balance-'));
const onlyReads = amending('info_get_transaction', ({ execution_info: { execution_result: result } }) => {
  for (const effect of result[version2].effects) effect.kind = 'Identity';
});
const listing = (lanes: object): Behaviour =>
  amending('chain_get_block', ({ block_with_signatures: { block } }) => {
    block[version2].body.transactions = lanes;
  });
const withoutTransactions = listing({});
const withOneMore = listing({ 0: [{ [kind]: hash }], 3: [{ [kind]: hash }] });
function read(behaviours: readonly Behaviour[]) {
  return inVirtualTime(async () => {
    const nodes = behaviours.map((behave) => scriptedNode(behave));
    const { upstreams } = poolOf([], { endpoints: nodes.map((node, index) => endpoint(node, `n${index + 1}`)) });
    const reading = { upstreams, prefer: undefined, signal: abortIn(20_000), sources: claimedSources };
    const outcome = await readExecutedBlock(height, reading).then(
      ({ written }) => ({ written: [...written].sort(), error: undefined }),
      (error: { code: string; givenBy?: number }) => ({
        written: undefined,
        error: error.code,
        ...(error.givenBy !== undefined && { givenBy: error.givenBy }),
      }),
    );
    return { ...outcome, suspects: upstreams.trusted().filter(({ suspect }) => suspect).length };
  });
}

test('the block of these tests has one transaction, which writes more than balances', () => {
  expect(hash).toHaveLength(64);
  expect(effectsOf(`${kind} ${hash}`).filter(isWrite).length).toBeGreaterThan(0);
});

test('the body of every recorded block hashes to what its header names, and without a transaction it does not', () => {
  for (const { header, body } of blocks) {
    const { body_hash: bodyHash } = header as unknown as { readonly body_hash: string };
    expect(isWholeBody({ ...body }, bodyHash)).toBe(true);
    const isEmpty = Object.keys(body.transactions).length === 0;
    expect(isWholeBody({ ...body, transactions: {} }, bodyHash)).toBe(isEmpty);
    expect(isWholeBody({ ...body, further: [] }, bodyHash)).toBeUndefined();
  }
});

test.each([
  ['a result that cost something and wrote nothing', withoutEffects],
  ['a result that cost something and only read', onlyReads],
  ['a result that cost something and wrote no balance', withoutBalances],
  ['a block without its transactions', withoutTransactions],
  ['a block whose transactions are not those of its header', withOneMore],
])('%s is passed over for the answer of another node, which is not blamed (rule ANSWER-8)', async (_what, odd) => {
  const whole = await read([sound]);
  expect(whole.written?.length).toBeGreaterThan(1);
  for (const nodes of [
    [odd, sound],
    [sound, odd],
    [odd, refused, sound],
  ])
    expect((await read(nodes)).written).toEqual(whole.written);
  expect((await read([odd, sound])).suspects).toBe(0);
});

test.each([
  ['a result that cost something and wrote nothing', withoutEffects],
  ['a block without its transactions', withoutTransactions],
])(
  'a block is not followed by %s alone: it is one that cannot be read (rules ANSWER-8, FOLLOW-10)',
  async (_what, odd) => {
    const unreadable = { written: undefined, error: 'chain_unavailable', suspects: 0 };
    expect(await read([odd])).toEqual({ ...unreadable, givenBy: 1 });
    expect(await read([odd, odd])).toEqual({ ...unreadable, givenBy: 2 });
    expect(await read([odd, refused])).toMatchObject({ error: 'chain_unavailable', givenBy: 1 });
  },
);

test('a block whose result no node has yet is read later: it is not one that cannot be read (rule FOLLOW-2)', async () => {
  const later = amending('info_get_transaction', (answer) => {
    answer.execution_info.execution_result = null;
  });
  for (const nodes of [[later], [later, later]])
    expect(await read(nodes)).toEqual({ written: undefined, error: 'chain_unavailable', suspects: 0 });
});

test.each([
  ['results without a balance', withoutBalances],
  ['blocks with other transactions than the header names', withOneMore],
])(
  '%s are how the chain has it when two nodes send the same, or the only one does (rule ANSWER-8)',
  async (_what, odd) => {
    expect((await read([odd])).error).toBeUndefined();
    expect((await read([odd, odd])).error).toBeUndefined();
    expect((await read([odd, refused])).error).toBe('chain_unavailable');
  },
);
