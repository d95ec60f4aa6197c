import { accountHashOf } from '../../domain/account-id.ts';
import type { PinnedBlock } from '../../domain/block.ts';
import { type DecodedHeader, decodeHeader } from '../rpc/decode-block.ts';
import { validatorBidKey } from '../rpc/state-keys.ts';
import type { Decode } from './interpret-answer.ts';
import type { BlockAsked } from './reported-blocks.ts';

export const stateMethod = 'query_global_state';
export const lostState = 'answers "not found" for state that exists';
export const noWitness = 'cannot be shown to hold the state of a block without a known proposer';

/** Asks the one node that has to prove itself. `block`: the block that the request is about. */
export type AskOne = <Value>(
  method: string,
  params: object,
  decode: Decode<Value>,
  block: BlockAsked | undefined,
) => Promise<{ readonly value: Value } | object>;

/** `unproven`: the block names no account that must be in its state. */
export type StateProof = 'held' | 'lost' | 'unproven';

/** So many validators are looked for, until one is found. */
const witnessesAsked = 3;

/**
 * Whether a node holds a block's state (rule KIND-1). A block names accounts that must be in that state: a validator has a bid
 * there, and an account even if the bid was withdrawn. A node that finds none of them has lost the state. Witnesses are the
 * proposer; for a block that the system proposed (genesis, the first block after an upgrade) the validators of the next era,
 * whom it names as a switch block, and the proposer of its parent.
 */
export async function stateProofOf(block: PinnedBlock, ask: AskOne): Promise<StateProof> {
  let asked = 0;
  for await (const publicKey of witnesses(block, ask)) {
    asked += 1;
    if (await isThere(publicKey, block, ask)) return 'held';
    if (asked === witnessesAsked) break;
  }
  return asked === 0 ? 'unproven' : 'lost';
}

async function* witnesses(block: PinnedBlock, ask: AskOne): AsyncGenerator<string> {
  if (isKey(block.proposer)) return yield block.proposer;
  const own = await blockByHash(block.hash, ask, block);
  // A status may not name the proposer, where the block does.
  if (own === undefined || isKey(own.pinned.proposer)) return yield* own === undefined ? [] : [own.pinned.proposer];
  yield* own.nextEraValidators ?? [];
  // The node may have no history.
  const parent = block.height === 0 ? undefined : await blockByHash(own.parentHash, ask).catch(() => undefined);
  if (parent !== undefined && isKey(parent.pinned.proposer)) yield parent.pinned.proposer;
}

async function isThere(publicKey: string, block: PinnedBlock, ask: AskOne): Promise<boolean> {
  const accountHash = accountHashOf(publicKey);
  for (const key of [validatorBidKey(accountHash), `account-hash-${accountHash}`]) {
    const params = { state_identifier: { BlockHash: block.hash }, key, path: [] };
    if ('value' in (await ask(stateMethod, params, () => true, block))) return true;
  }
  return false;
}

async function blockByHash(hash: string, ask: AskOne, about?: PinnedBlock): Promise<DecodedHeader | undefined> {
  const answered = await ask('chain_get_block', { block_identifier: { Hash: hash } }, decodeHeader, about);
  return 'value' in answered ? answered.value : undefined;
}

/** The system is written `00`. */
const isKey = (proposer: string): boolean => proposer.length >= 66;
