import { accountId } from '../domain/account-id.ts';

/**
 * The canonical id of an owner of tokens: of an account by its public key or hash, or of a contract or package by its hash.
 * Throws InvalidId.
 */
export function ownerOf(owner: string): string {
  const key = owner.toLowerCase();
  return /^hash-[0-9a-f]{64}$/.test(key) ? key : accountId(owner);
}
