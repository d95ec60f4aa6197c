import { createRequire } from 'node:module';
import { verify, wrongBodyHash, wrongHash } from '../../../../lib/chain/submission/verify.ts';
import type { Submission } from './submission.ts';

export type CryptographyProblem = 'unreadable' | 'hash' | 'body hash' | 'approval';

/**
 * The first of the node's checks on hashes and signatures that a submission fails; undefined: it passes all. The bytes are those that
 * the service hashes: what casper-js-sdk reads and writes again is not always what was sent, as its `verify` says.
 */
export function cryptographyProblem({ kind, json, hash, approvals }: Submission): CryptographyProblem | undefined {
  const [fault] = verify(sdk(), kind, json, { hash, approvals });
  if (fault === undefined) return undefined;
  if (fault === wrongBodyHash) return 'body hash';
  if (fault === wrongHash) return 'hash';
  return fault.path.startsWith('approvals.') ? 'approval' : 'unreadable';
}

type Sdk = Parameters<typeof verify>[0];

let loaded: Sdk | undefined;

/** It is loaded for the first submission: it takes some 200 ms. */
function sdk(): Sdk {
  loaded ??= createRequire(import.meta.url)('casper-js-sdk') as Sdk;
  return loaded;
}
