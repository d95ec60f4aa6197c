import { loadRecording } from '../../../infra/local/dev-chain/recording.ts';
import { type Alter, changeable, type Json } from './world.ts';

/** A node that does not hold the blocks below a height, and reports that. */
export const withoutHistory =
  (low: () => number): Alter =>
  (method, params, forward) => {
    const height = params?.block_identifier?.Height;
    if (method === 'chain_get_block' && height !== undefined && height < low()) return noSuchBlock(low());
    const answer = forward();
    if (method !== 'info_get_status') return answer;
    const status = changeable(answer);
    status.result.available_block_range.low = low();
    return status;
  };

const noSuchBlock = (low: number) => ({
  jsonrpc: '2.0',
  id: 1,
  error: { code: -32001, message: 'No such block', data: { available_block_range: { low, high: 120 } } },
});

/** A node of a network that has a new protocol version from this block on. */
export const upgradedAt =
  (height: number, version = '2.1.0'): Alter =>
  (method, _params, forward) => {
    const answer = forward();
    if (method !== 'chain_get_block' || answer.error !== undefined) return answer;
    const changed = changeable(answer);
    const { header } = changed.result.block_with_signatures.block.Version2;
    if (header.height >= height) header.protocol_version = version;
    return changed;
  };

/** A node whose state has the key only from this block on. */
export const hiddenBelow =
  (height: number, key: string): Alter =>
  (method, params, forward) => {
    const pinned = loadRecording('chain-a').heightOfBlock.get(params?.state_identifier?.BlockHash);
    const isHidden = method === 'query_global_state' && params.key === key && (pinned ?? height) < height;
    return isHidden ? valueNotFound : forward();
  };

const valueNotFound = {
  jsonrpc: '2.0',
  id: 1,
  error: { code: -32003, message: 'Query failed', data: 'value was not found in the global state' },
};

/** A node that has the blocks of some transactions, but not their results. */
export const withoutResults = (lacks: (hash: string) => boolean): Alter =>
  changedExecution(lacks, { execution_result: null });

/** A node that has some transactions in another block. */
export const withResultsElsewhere = (has: (hash: string) => boolean): Alter =>
  changedExecution(has, { block_hash: 'ab'.repeat(32) });

const changedExecution =
  (isMeant: (hash: string) => boolean, instead: object): Alter =>
  (method, params, forward) => {
    const answer = forward();
    if (method !== 'info_get_transaction' || answer.result?.execution_info == null) return answer;
    if (!isMeant(String(Object.values(params.transaction_hash)[0]))) return answer;
    const changed = changeable(answer);
    Object.assign(changed.result.execution_info, instead);
    return changed;
  };

/** An additional transaction in a block: it writes keys without changing their values. */
export interface Carried {
  readonly height: number;
  readonly keys: readonly string[];
}

export const carrying =
  (carried: Carried): Alter =>
  (method, params, forward) => {
    const { hash } = loadRecording('chain-a').blocks[carried.height] ?? {};
    if (asksForCarried(carried, method, params)) return resultOf(carried, hash ?? '');
    const answer = forward();
    if (method !== 'chain_get_block' || answer.error !== undefined) return answer;
    const changed = changeable(answer);
    const { Version2: block } = changed.result.block_with_signatures.block;
    if (block.hash === hash) Object.assign(block.body.transactions, carriedLane(carried));
    return changed;
  };

const carriedHash = ({ height }: Carried): string => `ca${height}`.padEnd(64, '0');
/** A lane without a recorded transaction. */
export const carriedLane = (carried: Carried): Json => ({ 9: [{ Version1: carriedHash(carried) }] });

export const asksForCarried = (carried: Carried, method: string, params: Json): boolean =>
  method === 'info_get_transaction' && params.transaction_hash.Version1 === carriedHash(carried);

/** A recorded result with other effects. */
export function resultOf({ height, keys }: Carried, blockHash: string): Json {
  const [recorded] = loadRecording('chain-a').transactions.values();
  const result = changeable(recorded);
  const info = result.execution_info;
  info.block_hash = blockHash;
  info.block_height = height;
  info.execution_result.Version2.effects = keys.map((key) => ({ key, kind: { Prune: key } }));
  return { jsonrpc: '2.0', id: 1, result };
}

/** All of them, each on the answer of the one before. */
export const allOf = (alters: readonly Alter[]): Alter =>
  alters.reduceRight((inner, outer) => (method, params, forward) => {
    const onward = (instead: Json = params): Json => inner(method, instead, forward);
    return outer(method, params, onward);
  });
