import { bytesToHex, concatBytes, hex, NotBytes, u8, u32, vector } from '../../../../lib/chain/proof/bytes.ts';
import { trieKey } from '../../../../lib/chain/proof/trie-key.ts';
import type { RecordedAccount, StoredValue } from '../recorded.ts';
import type { Leaf } from '../trie.ts';

/** The tags of casper-types 6.0 (CLType) of what submitted transactions write. */
const types: Readonly<Record<string, number>> = { U512: 8, Unit: 9 };

/** What is written under a key, as the trie has it. Throws NotBytes for a value that no submitted transaction writes. */
export function leafOf(key: string, value: StoredValue): Leaf {
  return { key, leaf: bytesToHex(concatBytes(trieKey(key), valueBytes(key, value))) };
}

function valueBytes(key: string, { CLValue, Account }: StoredValue): Uint8Array {
  if (Account !== undefined) return concatBytes(u8(1), accountBytes(key, Account));
  const { cl_type: type, bytes } = (CLValue ?? {}) as { readonly cl_type?: string; readonly bytes?: string };
  const tag = types[type ?? ''];
  if (tag === undefined || bytes === undefined) throw new NotBytes('a stored value that cannot be serialised here');
  return concatBytes(u8(0), u32(bytes.length / 2), hex(bytes), u8(tag));
}

/** Of a new account: it has no named keys. */
function accountBytes(key: string, { main_purse, associated_keys, action_thresholds }: RecordedAccount): Uint8Array {
  const [, address = '', rights = ''] = /^uref-([0-9a-f]{64})-(\d{3})$/.exec(main_purse) ?? [];
  return concatBytes(
    hashBytes(key),
    u32(0),
    hex(address, 32),
    u8(Number.parseInt(rights, 8)),
    vector(associated_keys ?? [], ({ account_hash, weight }) => concatBytes(hashBytes(account_hash), u8(weight))),
    u8(action_thresholds?.deployment ?? 1),
    u8(action_thresholds?.key_management ?? 1),
  );
}

const hashBytes = (account: string): Uint8Array => hex(account.slice('account-hash-'.length), 32);
