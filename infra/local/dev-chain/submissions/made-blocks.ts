import { bodyHash } from '../../../../lib/chain/proof/body-hash.ts';
import { headerHash } from '../../../../lib/chain/proof/header-hash.ts';
import { blake2b256 } from '../../../../lib/domain/account-id.ts';
import { versionAt } from '../chain-view.ts';
import { missingAccounts, withDevAccounts } from '../dev-accounts.ts';
import type {
  BlockAnswer,
  BlockHeader,
  ExecutionResult,
  RecordedBlock,
  TransactionAnswer,
  TransactionHash,
} from '../recorded.ts';
import type { Recording } from '../recording.ts';
import type { Leaf } from '../trie.ts';
import { withChecksums } from './checksums.ts';
import { execute, laneOf } from './execution.ts';
import { leafOf } from './leaf.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { shiftedResult, shiftedState } from './shift.ts';
import type { Submission } from './submission.ts';

/**
 * The chain with submitted transactions in one of its blocks, or in an empty block that is added behind its last one. From that
 * block on all hashes and state roots are others, made from the recorded ones and the block before: each is found, and each
 * block names its parent. Where the recording has a trie, the roots are those of the state with what was submitted, and prove it. No
 * validator has signed such blocks.
 */
export function withSubmissions(recorded: Recording, height: number, submissions: readonly Submission[]): Recording {
  const funds = missingAccounts(recorded);
  const chain = withDevAccounts(recorded, height);
  const blocks = height <= chain.lastHeight ? chain.blocks : [...chain.blocks, blockAfter(chain)];
  const block = blocks[height];
  if (block === undefined) throw new Error(`no block ${height}`);
  const ledger = createLedger(chain, height);
  const results = submissions.map((submission) => execute(submission, ledger, block.header));
  const shifted = shiftedState(chain, height, ledger);
  const body = { ...block.body, transactions: withHashes(block.body.transactions, submissions) };
  const filled = blocks.with(height, { ...block, body });
  const transactions = shiftedTransactions(chain, filled, height, ledger);
  for (const [at, submission] of submissions.entries()) {
    const { kind, hash, json } = submission;
    const result = results[at] as NonNullable<(typeof results)[number]>;
    transactions.set(`${kind} ${hash}`, {
      api_version: chain.meta.api_version,
      transaction: { [kind]: json as { hash: string } },
      execution_info: {
        block_hash: block.hash,
        block_height: height,
        execution_result: { Version2: at === 0 ? withFunds(result, funds) : result },
      },
    });
  }
  const state = withChecksums(shifted.state, filled, transactions, height);
  const trie = recorded.trie?.copy();
  const rootOf =
    trie && (({ state_root_hash: root, height: at }: BlockHeader) => trie.put(root, leavesAt(at, recorded, { state })));
  const made = rehashed(filled, height, rootOf);
  return {
    ...chain,
    ...shifted,
    state,
    trie,
    blocks: made,
    lastHeight: made.length - 1,
    blockAnswers: made.map((each, at) => answerOf(each, chain.blockAnswers[at])),
    heightOfBlock: new Map(made.map(({ hash, header }) => [hash, header.height])),
    heightOfRoot: new Map(made.map(({ header }) => [header.state_root_hash, header.height])),
    transactions: new Map([...transactions].map(([key, answer]) => [key, inBlock(answer, made)])),
    rewards: new Map(
      [...chain.rewards].map(([key, line]) => {
        if (line.height < height || line.result === undefined) return [key, line];
        return [key, { ...line, result: { ...line.result, switch_block_hash: made[line.height]?.hash } }];
      }),
    ),
  };
}

/** What a block's state has otherwise than before, as its trie has it. */
function leavesAt(height: number, before: Recording, { state }: Pick<Recording, 'state'>): Leaf[] {
  return [...state].flatMap(([key, versions]) => {
    const known = before.state.get(key);
    const value = versionAt(versions, height);
    return known === versions || value === undefined || value === versionAt(known, height) ? [] : [leafOf(key, value)];
  });
}

/** The accounts of developers that come with the first submission are written by it. */
function withFunds(result: ExecutionResult, funds: ReturnType<typeof missingAccounts>): ExecutionResult {
  // Effects name a URef with its rights.
  const written = funds.map(([key, value]) => ({ key: key.replace(/^uref-.*/, '$&-000'), kind: { Write: value } }));
  return { ...result, effects: [...written, ...result.effects] };
}

function withHashes(
  recorded: RecordedBlock['body']['transactions'],
  submissions: readonly Submission[],
): RecordedBlock['body']['transactions'] {
  const lanes: Record<string, readonly TransactionHash[]> = { ...recorded };
  for (const submission of submissions) {
    const lane = laneOf(submission);
    lanes[lane] = [...(lanes[lane] ?? []), { [submission.kind]: submission.hash }];
  }
  return lanes;
}

/** All blocks from a height on with hashes and roots that follow from the block before. */
function rehashed(
  blocks: readonly RecordedBlock[],
  from: number,
  rootOf: ((header: BlockHeader) => string) | undefined,
): RecordedBlock[] {
  const made = [...blocks];
  const renamed = new Map<string, string>();
  for (const [at, block] of blocks.entries()) {
    if (at < from) continue;
    const { header, body } = block;
    const parent_hash = made[at - 1]?.hash ?? header.parent_hash;
    const body_hash = bodyHash(body);
    const switchHash = header.last_switch_block_hash;
    const next = {
      ...header,
      parent_hash,
      body_hash,
      state_root_hash: rootOf?.(header) ?? digestOf(['state', header.state_root_hash, parent_hash, body_hash]),
      last_switch_block_hash: switchHash === null ? null : (renamed.get(switchHash) ?? switchHash),
    };
    const hash = headerHash(next);
    renamed.set(block.hash, hash);
    made[at] = { ...block, hash, header: next };
  }
  return made;
}

/** The recorded transactions with the balances that are written now. */
function shiftedTransactions(chain: Recording, blocks: readonly RecordedBlock[], from: number, { shifts }: Ledger) {
  // A block's submitted transfers come before its recorded calls, which are in higher lanes.
  const first = new Set((blocks[from]?.body.transactions['0'] ?? []).map((id) => Object.entries(id)[0]?.join(' ')));
  return new Map(
    [...chain.transactions].map(([key, answer]): [string, TransactionAnswer] => {
      const info = answer.execution_info;
      const { Version2: result } = info.execution_result;
      const isBefore = info.block_height < from || (info.block_height === from && first.has(key));
      if (isBefore || result === undefined) return [key, answer];
      return [
        key,
        { ...answer, execution_info: { ...info, execution_result: { Version2: shiftedResult(result, shifts) } } },
      ];
    }),
  );
}

/** With the hash that its block has now. */
function inBlock(answer: TransactionAnswer, made: readonly RecordedBlock[]): TransactionAnswer {
  const { block_height: height, block_hash: before } = answer.execution_info;
  const { hash = before } = made[height] ?? {};
  return hash === before ? answer : { ...answer, execution_info: { ...answer.execution_info, block_hash: hash } };
}

/** An empty block behind the last one. No era ends in it. */
function blockAfter({ blocks }: Recording): RecordedBlock {
  const [before, last] = blocks.slice(-2);
  if (before === undefined || last === undefined) throw new Error('a chain has two blocks at least');
  const endsEra = last.header.era_end !== null;
  const time = Date.parse(last.header.timestamp);
  return {
    ...last,
    hash: digestOf(['after', last.hash]),
    header: {
      ...last.header,
      era_end: null,
      era_id: last.header.era_id + (endsEra ? 1 : 0),
      height: last.header.height + 1,
      timestamp: new Date(2 * time - Date.parse(before.header.timestamp)).toISOString(),
      last_switch_block_hash: endsEra ? last.hash : last.header.last_switch_block_hash,
    },
    body: { ...last.body, transactions: {} },
  };
}

function answerOf(block: RecordedBlock, recorded: BlockAnswer | undefined): BlockAnswer {
  if (recorded?.block_with_signatures.block.Version2 === block) return recorded;
  return { ...recorded, block_with_signatures: { block: { Version2: block }, proofs: [] } };
}

function digestOf(value: unknown): string {
  return blake2b256(Buffer.from(JSON.stringify(value)));
}
