import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** What the code that is shared with the service takes of `node:crypto`, in a browser: the bundle has this in its place. */
export function createHash(_algorithm: 'sha256') {
  const hash = sha256.create();
  const growing = {
    update(text: string) {
      hash.update(utf8ToBytes(text));
      return growing;
    },
    digest: (_encoding: 'hex'): string => bytesToHex(hash.digest()),
  };
  return growing;
}
