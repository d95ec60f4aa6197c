import { accountId } from '../domain/account-id.ts';
import { InvalidId } from '../domain/errors.ts';
import { canonicalHex } from '../domain/hex.ts';

/** The keys that an answer may show as the owner of a token: all of Casper's keys that hold one hash, and purses. */
const keys =
  /^(account-hash-|hash-|package-|entity-(?:account|contract|system)-|(?:uref|dictionary|transfer|deploy|bid|balance|withdraw|unbond)-)([0-9a-f]{64})(-[0-7]{3})?$/i;
/** What Casper's tools call the hash of a contract or of a package: the key of both is `hash-`. */
const contracts = /^contract-(?:package-)?(?:wasm-?)?([0-9a-f]{64})$/i;

/**
 * The canonical id of an owner of tokens, as answers show it: an account by its public key or hash, or any other key with its
 * prefix. A hash without a prefix is refused: it may be an account's, a contract's or a package's. Throws InvalidId.
 */
export function ownerOf(owner: string, path = 'owner'): string {
  const [, contract] = contracts.exec(owner) ?? [];
  if (contract !== undefined) return `hash-${canonicalHex(contract, path)}`;
  const [, prefix = '', hash, rights = ''] = keys.exec(owner) ?? [];
  const hasRights = /^uref-$/i.test(prefix);
  if (hash !== undefined && hasRights === (rights !== '')) {
    return prefix.toLowerCase() + canonicalHex(hash, path) + rights;
  }
  if (/^0[12][0-9a-f]{64,66}$/i.test(owner)) return accountId(owner, path);
  throw new InvalidId(
    'an owner is a public key in hex, or a key with its prefix: "account-hash-", "hash-" (a contract or package), "package-", ' +
      '"entity-account-", "entity-contract-" or "entity-system-", and 64 hexadecimal digits',
    path,
  );
}
