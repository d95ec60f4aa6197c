import { blockAt, blockOfHash, blockOfRoot, type ChainView, tipBlock } from './chain-view.ts';
import { accountHashKey, isPublicKey } from './keys.ts';
import { hexProblem, readDigest, readTagged, readText, readU64 } from './params.ts';
import type { RecordedBlock } from './recorded.ts';
import { type JsonRpcError, noSuchStateRoot, unparsableParams } from './rpc-error.ts';

/** The block of a `block_identifier`; the tip if the identifier is missing; `undefined` for a block that the view lacks. */
export function findBlock(view: ChainView, identifier: unknown): RecordedBlock | undefined {
  if (identifier === undefined || identifier === null) return tipBlock(view);
  const { tag, inner } = readTagged(identifier, ['Hash', 'Height']);
  return tag === 'Hash' ? blockOfHash(view, readDigest(inner)) : blockAt(view, readU64(inner));
}

/**
 * The block of a `state_identifier`. For an unknown state root all methods have the same error. For an unknown block each
 * method has its own: the caller passes `noBlock`.
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

/** The `account-hash-…` of a public key or an account hash; `undefined` for any other text. */
export function accountKeyOf(text: string): string | undefined {
  if (isPublicKey(text)) return accountHashKey(text.toLowerCase());
  return /^account-hash-[0-9a-f]{64}$/i.test(text) ? text.toLowerCase() : undefined;
}

/** Why a text is not a valid `uref-<64 hex>-<3 octal digits>`; `undefined` if it is valid. */
export function urefProblem(text: string): string | undefined {
  if (!text.startsWith('uref-')) return "prefix is not 'uref-'";
  const [address = '', rights, ...more] = text.slice('uref-'.length).split('-');
  const hex = hexProblem(address, 64);
  if (hex !== undefined) return `failed to decode address portion from hex: ${hex}`;
  if (rights === undefined || more.length > 0) return 'no access rights as suffix';
  return /^00[0-7]$/.test(rights) ? undefined : 'failed to parse an int';
}
