import { bytesToHex } from '../../../../lib/chain/proof/bytes.ts';
import { JsonWriter } from '../../../../lib/chain/proof/json-writer.ts';
import { trieKey } from '../../../../lib/chain/proof/trie-key.ts';
import { writeStoredValue } from '../../../../lib/chain/proof/write-effects.ts';
import type { StoredValue } from '../recorded.ts';
import type { Leaf } from '../trie.ts';

/** What is written under a key, as the trie has it. Throws NotBytes for a value that cannot be serialised. */
export function leafOf(key: string, value: StoredValue): Leaf {
  const writer = new JsonWriter();
  writer.bytes(trieKey(key));
  writeStoredValue(writer, value);
  return { key, leaf: bytesToHex(writer.written()) };
}
