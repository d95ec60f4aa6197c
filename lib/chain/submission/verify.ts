import { blake2b256 } from '../../domain/account-id.ts';
import type { FieldError } from '../../domain/errors.ts';
import type { Sdk } from '../rpc/casper-sdk.ts';
import { deployBodyBytes, deployHeaderBytes } from './deploy.ts';
import { Field, FieldFault } from './field.ts';
import type { TransactionFields } from './read-fields.ts';
import type { Unwrapped } from './unwrap.ts';
import { payloadBytes } from './version1.ts';

/**
 * What is wrong with hashes and signatures. The hashes are judged first: where one is wrong, the signatures say nothing.
 *
 * The bytes are made here, and casper-js-sdk verifies the signatures. What the SDK reads it writes again from values of its own:
 * it takes version 0 for no version, knows no scheduling at a time and no TTL of "1h30m", gives names that are not ASCII a
 * wrong length, and loses digits beyond 2^53. Nodes accept all these.
 */
export function verify(
  sdk: Sdk,
  kind: Unwrapped['kind'],
  json: unknown,
  { hash, approvals }: Pick<TransactionFields, 'hash' | 'approvals'>,
): readonly FieldError[] {
  try {
    const whole = new Field('', json);
    const faults = kind === 'Deploy' ? deployFaults(whole, hash) : payloadFaults(whole, hash);
    return faults.length > 0 ? faults : signatureFaults(sdk, hash, approvals);
  } catch (error) {
    if (!(error instanceof FieldFault)) throw error;
    return [error.field];
  }
}

export const wrongHash: FieldError = { path: 'hash', message: 'is not the hash of the transaction' };
export const wrongBodyHash: FieldError = {
  path: 'header.body_hash',
  message: 'is not the hash of payment and session',
};

const hashOf = (bytes: Buffer): string => blake2b256(new Uint8Array(bytes));

const payloadFaults = (whole: Field, hash: string): readonly FieldError[] =>
  hashOf(payloadBytes(whole.member('payload'))) === hash ? [] : [wrongHash];

function deployFaults(whole: Field, hash: string): readonly FieldError[] {
  const header = whole.member('header');
  const bodyHash = header.member('body_hash');
  return [
    ...(hashOf(deployBodyBytes(whole)) === bodyHash.bytes(32).toString('hex') ? [] : [wrongBodyHash]),
    ...(hashOf(deployHeaderBytes(header)) === hash ? [] : [wrongHash]),
  ];
}

function signatureFaults(sdk: Sdk, hash: string, approvals: TransactionFields['approvals']): readonly FieldError[] {
  const message = Buffer.from(hash, 'hex');
  return approvals.flatMap(({ signer, signature }, at) =>
    isOfSigner(sdk, signer, message, signature)
      ? []
      : [{ path: `approvals.${at}.signature`, message: 'is not a signature of the hash by its signer' }],
  );
}

function isOfSigner(sdk: Sdk, signer: string, message: Uint8Array, signature: string): boolean {
  // The SDK does not look at the byte of the algorithm.
  if (signature.slice(0, 2) !== signer.slice(0, 2)) return false;
  try {
    return sdk.PublicKey.fromHex(signer).verifySignature(message, Buffer.from(signature, 'hex'));
  } catch {
    // It throws for a signature that does not hold, and for a key that is no point of its curve.
    return false;
  }
}
