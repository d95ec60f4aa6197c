import { blake2b256 } from '../domain/account-id.ts';
import { base64Of } from '../domain/base64.ts';
import { bytesOfHex } from '../domain/hex.ts';
import type { ClData, PinnedState } from '../domain/pinned-state.ts';
import type { Layout } from './layout.ts';

/** A token as its dictionaries hold it. `owner` null: burnt. `metadata`: JSON or any other text. */
export interface Token {
  readonly owner: string | null;
  readonly burnt: boolean;
  readonly approved: string | null;
  readonly metadata: string | null;
}

/** undefined: there is no such token. */
type ReadToken = (layout: Layout, tokenId: string, state: PinnedState) => Promise<Token | undefined>;

/** How each standard keeps a token (the texts of CEP-78 and CEP-95, and the contract casper-nft-cep47). */
export const readToken: Record<Layout['standard'], ReadToken> = {
  /**
   * A burnt token keeps its owner, approval and metadata in the dictionaries: only `burnt_tokens` shows that it is burnt. The
   * reference contract writes a unit there. Odra's contract (since 1.3) writes true, and false once the id is minted again.
   */
  async cep78(layout, tokenId, state) {
    const item = (seed: string | null) => (seed === null ? undefined : state.item(seed, tokenId));
    const [owner, burnt, metadata, approved] = await Promise.all([
      state.item(layout.owners, tokenId),
      item(layout.burnt),
      item(layout.metadata),
      item(layout.approved),
    ]);
    if (owner === undefined) return undefined;
    const live = burnt === undefined || burnt === false;
    return {
      owner: live ? text(owner) : null,
      burnt: !live,
      approved: live ? text(approved) : null,
      metadata: text(metadata),
    };
  },

  /** The owner None is a burnt token; without an item there never was such a token. */
  async cep95(layout, tokenId, state) {
    const key = u256Base64(tokenId);
    const item = (seed: string | null) => (seed === null ? undefined : state.item(seed, key));
    const [owner, metadata, approved] = await Promise.all([
      state.item(layout.owners, key),
      item(layout.metadata),
      item(layout.approved),
    ]);
    if (owner === undefined) return undefined;
    return {
      owner: text(owner),
      burnt: owner === null,
      approved: owner === null ? null : text(approved),
      metadata: pairs(metadata),
    };
  },

  async cep47(layout, tokenId, state) {
    const [owner, metadata] = await Promise.all([
      state.item(layout.owners, tokenId),
      layout.metadata === null ? undefined : state.item(layout.metadata, tokenId),
    ]);
    if (owner === undefined) return undefined;
    const approved =
      typeof owner === 'string' && layout.approved !== null
        ? await state.item(layout.approved, allowanceItem(owner, tokenId))
        : undefined;
    return { owner: text(owner), burnt: owner === null, approved: text(approved), metadata: pairs(metadata) };
  },
};

const text = (data: ClData | undefined): string | null => (typeof data === 'string' ? data : null);

/** A map of strings, as the JSON text of an object. */
function pairs(data: ClData | undefined): string | null {
  if (!Array.isArray(data)) return text(data);
  return JSON.stringify(
    Object.fromEntries(data.map((pair) => (Array.isArray(pair) ? [String(pair[0]), pair[1]] : []))),
  );
}

/** bytesrepr of a U256: one length byte, then little-endian bytes without leading zeros. */
export function u256Bytes(decimalId: string): Uint8Array {
  const bytes: number[] = [];
  for (let rest = BigInt(decimalId); rest > 0n; rest >>= 8n) bytes.push(Number(rest & 0xffn));
  return new Uint8Array([bytes.length, ...bytes]);
}

const u256Base64 = (decimalId: string): string => base64Of(u256Bytes(decimalId));

/** The id of the token that an item of the owners' dictionary belongs to; undefined: the item's key is not one of a token. */
export function tokenOfItem(standard: Layout['standard'], itemKey: string): string | undefined {
  if (standard !== 'cep95') return itemKey;
  const [length, ...bytes] = Buffer.from(itemKey, 'base64');
  if (length !== bytes.length) return undefined;
  const id = bytes.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n).toString();
  return u256Base64(id) === itemKey ? id : undefined;
}

/** CEP-47 keeps one allowance per owner and token, under blake2b-256 of both, serialised. */
function allowanceItem(owner: string, tokenId: string): string {
  const id = new TextEncoder().encode(tokenId);
  // u32, little-endian; a token id has 128 bytes at most.
  return blake2b256(new Uint8Array([...keyBytes(owner), id.length, 0, 0, 0, ...id]));
}

/** bytesrepr of a Key that is an account (tag 00) or a contract or package hash (tag 01). */
export function keyBytes(key: string): Uint8Array {
  const tag = key.startsWith('account-hash-') ? 0 : 1;
  return new Uint8Array([tag, ...bytesOfHex(key.slice(key.lastIndexOf('-') + 1))]);
}
