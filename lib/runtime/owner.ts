import { accountId } from '../domain/account-id.ts';

/** An account by public key or hash, or a contract or package by hash: each may own tokens. Throws InvalidId. */
export function ownerOf(owner: string): string {
  const key = owner.toLowerCase();
  return /^hash-[0-9a-f]{64}$/.test(key) ? key : accountId(owner);
}
