import { blockAt, blockOfHash, blockOfRoot, type ChainView, tipBlock } from './chain-view.ts';
import { accountHashKey, isPublicKey } from './keys.ts';
import { hexFault, readDigest, readTagged, readText, readU64 } from './params.ts';
import type { RecordedBlock } from './recorded.ts';
import { type JsonRpcError, noSuchStateRoot, unparsableParams } from './rpc-error.ts';

/** A `block_identifier`, the tip if there is none; `undefined` for a block that this view does not hold. */
export function findBlock(view: ChainView, identifier: unknown): RecordedBlock | undefined {
  if (identifier === undefined || identifier === null) return tipBlock(view);
  const { tag, inner } = readTagged(identifier, ['Hash', 'Height']);
  return tag === 'Hash' ? blockOfHash(view, readDigest(inner)) : blockAt(view, readU64(inner));
}

/**
 * A `state_identifier`. An unknown state root is the same error in every method, an unknown block is not: the caller
 * passes its own.
 */
export function stateBlockOf(
  view: ChainView,
  identifier: unknown,
  subject: string,
  noBlock: () => JsonRpcError,
): { readonly block: RecordedBlock; readonly byBlock: boolean } {
  if (identifier === undefined || identifier === null) return { block: tipBlock(view), byBlock: false };
  const { tag, inner } = readTagged(identifier, ['BlockHash', 'BlockHeight', 'StateRootHash']);
  if (tag === 'StateRootHash') return { block: rootBlockOf(view, inner, subject), byBlock: false };
  const block = tag === 'BlockHash' ? blockOfHash(view, readDigest(inner)) : blockAt(view, readU64(inner));
  if (block === undefined) throw noBlock();
  return { block, byBlock: true };
}

export function rootBlockOf(view: ChainView, root: unknown, subject: string): RecordedBlock {
  const block = blockOfRoot(view, readDigest(root));
  if (block === undefined) throw noSuchStateRoot(subject);
  return block;
}

export function readPublicKey(value: unknown): string {
  const text = readText(value);
  if (!isPublicKey(text)) throw unparsableParams('invalid public key');
  return text.toLowerCase();
}

/** `account-hash-…` of an account's public key or of itself; `undefined` if it is neither. */
export function accountKeyOf(text: string): string | undefined {
  if (isPublicKey(text)) return accountHashKey(text.toLowerCase());
  return /^account-hash-[0-9a-f]{64}$/i.test(text) ? text.toLowerCase() : undefined;
}

/** Why a text is no `uref-<64 hex>-<3 octal digits>`; `undefined` when it is one. */
export function urefFault(text: string): string | undefined {
  if (!text.startsWith('uref-')) return "prefix is not 'uref-'";
  const [address = '', rights, ...more] = text.slice('uref-'.length).split('-');
  const hex = hexFault(address, 64);
  if (hex !== undefined) return `failed to decode address portion from hex: ${hex}`;
  if (rights === undefined || more.length > 0) return 'no access rights as suffix';
  return /^00[0-7]$/.test(rights) ? undefined : 'failed to parse an int';
}
