import { loadRecording } from '../../../infra/local/dev-chain/recording.ts';
import type { Question } from '../../recorded-truth/questions.ts';
import type { Json as Data, RecordedTruth } from '../../support/recorded-truth.ts';
import { asksForCarried, type Carried, carriedLane, resultOf } from './alter.ts';
import { type Alter, changeable, type Json } from './world.ts';

/**
 * A node of a network that was reset to block `last` and went on with a fork: later blocks have other hashes and no
 * transaction but the carried one, and the state stays as it was at `last`. The node has none of the recorded later blocks.
 */
export function forkedAbove(last: number, carried?: Carried): Alter {
  const { blocks, heightOfBlock, transactions } = loadRecording('chain-a');
  const isAbove = (hash: string): boolean => (heightOfBlock.get(hash) ?? 0) > last;
  const isExecutedAbove = (named: Json): boolean => {
    const [[kind, hash] = []] = Object.entries(named);
    return (transactions.get(`${kind} ${hash}`)?.execution_info.block_height ?? 0) > last;
  };
  const outward = (hash: string): string => (isAbove(hash) ? otherHash(hash) : hash);

  /** The recorded hash for a hash of the fork; `state`: of the block whose state is meant. */
  function inward(hash: string, state: boolean): string {
    if (isAbove(hash)) return nowhere;
    const height = heightOfBlock.get(otherHash(hash));
    if (height === undefined || height <= last) return hash;
    return state ? (blocks[last]?.hash ?? nowhere) : otherHash(hash);
  }

  return (method, params, forward) => {
    if (carried !== undefined && asksForCarried(carried, method, params)) {
      return resultOf(carried, otherHash(blocks[carried.height]?.hash ?? ''));
    }
    if (method === 'info_get_transaction' && isExecutedAbove(params.transaction_hash)) return noSuchTransaction;
    const isState = method.startsWith('query_');
    const answer = forward(eachHash(params, (hash) => inward(hash, isState)));
    if (answer.error !== undefined) return answer;
    if (method === 'info_get_status') return eachHash(answer, outward);
    if (method !== 'chain_get_block') return answer;
    const changed = eachHash(answer, outward);
    const { Version2: block } = changed.result.block_with_signatures.block;
    if (block.header.height > last) {
      const isCarrying = carried !== undefined && block.header.height === carried.height;
      block.body.transactions = isCarrying ? carriedLane(carried) : {};
      // The recorded one is of the recorded body.
      delete block.header.body_hash;
    }
    return changed;
  };
}

/** The true answer to a question on the fork. */
export function truthAbove(
  last: number,
  { kind, id, truth }: Question,
  height: number,
  recorded: RecordedTruth,
): Data | null {
  if (height <= last) return truth(height);
  if (kind === 'transaction') {
    const executed = recorded.transactions.find(({ hash }) => hash === id)?.height ?? 0;
    return executed > last ? null : truth(height);
  }
  const stays = truth(last);
  // Eras end at the recorded heights, with the recorded rewards.
  return stays !== null && kind === 'staking' ? { ...stays, rewards: truth(height)?.rewards } : stays;
}

const otherHash = (hash: string): string => [...hash].reverse().join('');
const nowhere = '0'.repeat(64);
const noSuchTransaction = {
  jsonrpc: '2.0',
  id: 1,
  error: { code: -32014, message: 'No such transaction', data: null },
};

const eachHash = (json: Json, change: (hash: string) => string): Json =>
  json === undefined
    ? json
    : changeable(
        JSON.parse(
          JSON.stringify(json).replace(/(?<="hash":"|"Hash":"|"BlockHash":"|_hash":")[0-9a-f]{64}(?=")/g, change),
        ),
      );
