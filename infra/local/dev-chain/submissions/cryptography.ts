import { blake2b256 } from '../../../../lib/domain/account-id.ts';
import { parseDeploy, parseTransaction, type SdkDeploy, type SdkTransaction } from './sdk.ts';
import type { Submission } from './submission.ts';

export type CryptographyProblem = 'unreadable' | 'hash' | 'body hash' | 'approval';

/** The first of the node's checks on hashes and signatures that a submission fails; undefined: it passes all. */
export function cryptographyProblem(submission: Submission): CryptographyProblem | undefined {
  const signed = submission.kind === 'Deploy' ? parseDeploy(submission) : parseTransaction(submission);
  if (signed === undefined) return 'unreadable';
  const problem = 'payload' in signed ? payloadProblem(signed) : deployProblem(signed);
  return problem ?? (signed.approvals.every((approval) => isOfSigner(approval, signed)) ? undefined : 'approval');
}

function payloadProblem({ payload, hash }: SdkTransaction): CryptographyProblem | undefined {
  return blake2b256(payload.toBytes()) === hash.toHex() ? undefined : 'hash';
}

function deployProblem({ header, payment, session, hash }: SdkDeploy): CryptographyProblem | undefined {
  const body = new Uint8Array([...payment.bytes(), ...session.bytes()]);
  if (blake2b256(header.toBytes()) !== hash.toHex()) return 'hash';
  return blake2b256(body) === header.bodyHash?.toHex() ? undefined : 'body hash';
}

type Approval = SdkTransaction['approvals'][number];

/** The SDK throws on a signature that does not verify. */
function isOfSigner({ signer, signature }: Approval, { hash }: SdkTransaction | SdkDeploy): boolean {
  try {
    return signer.verifySignature(hash.toBytes(), signature.bytes);
  } catch {
    return false;
  }
}
