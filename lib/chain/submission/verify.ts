import { blake2b256 } from '../../domain/account-id.ts';
import type { FieldError } from '../../domain/errors.ts';
import type { ParsedDeploy, ParsedVersion1, Sdk } from '../rpc/casper-sdk.ts';
import { integerIn, rounded } from './exact-numbers.ts';
import type { Unwrapped } from './unwrap.ts';

/**
 * What is wrong with hashes and signatures, as casper-js-sdk serialises the transaction. The hash is judged first: where it is
 * wrong, the signatures say nothing.
 */
export function verify(sdk: Sdk, kind: Unwrapped['kind'], json: object): FieldError[] {
  const signed = kind === 'Deploy' ? readDeploy(sdk, json) : readVersion1(sdk, json);
  if (signed === undefined) return [{ path: kind, message: 'cannot be read as a transaction of this kind' }];
  const hashFaults = bytesOf(() => ('payload' in signed ? payloadFaults(signed) : deployFaults(signed)));
  if (hashFaults === undefined) return [{ path: kind, message: 'cannot be serialised as a transaction of this kind' }];
  return hashFaults.length > 0 ? hashFaults : signatureFaults(signed);
}

const wrongHash: FieldError = { path: 'hash', message: 'is not the hash of the transaction' };

function payloadFaults({ payload, hash }: ParsedVersion1): FieldError[] {
  return blake2b256(payload.toBytes()) === hash.toHex() ? [] : [wrongHash];
}

function deployFaults({ header, payment, session, hash }: ParsedDeploy): FieldError[] {
  const body = blake2b256(new Uint8Array([...payment.bytes(), ...session.bytes()]));
  return [
    ...(body === header.bodyHash?.toHex()
      ? []
      : [{ path: 'header.body_hash', message: 'is not the hash of payment and session' }]),
    ...(blake2b256(header.toBytes()) === hash.toHex() ? [] : [wrongHash]),
  ];
}

function signatureFaults({ approvals, hash }: ParsedVersion1 | ParsedDeploy): FieldError[] {
  const message = hash.toBytes();
  return approvals.flatMap(({ signer, signature }, at) =>
    bytesOf(() => signer.verifySignature(message, signature.bytes)) === true
      ? []
      : [{ path: `approvals.${at}.signature`, message: 'is not a signature of the hash by its signer' }],
  );
}

function readVersion1(sdk: Sdk, json: object): ParsedVersion1 | undefined {
  const parsed = parseUnchecked(sdk.TransactionV1, rounded(json));
  const { pricing_mode: mode } = (
    json as { payload: { pricing_mode?: { PaymentLimited?: { payment_amount?: unknown } } } }
  ).payload;
  const amount = integerIn(mode?.PaymentLimited?.payment_amount);
  const limited = parsed?.payload?.pricingMode?.paymentLimited;
  // The SDK reads the amount, which is a u64, as a JavaScript number.
  if (limited !== undefined && amount !== undefined) limited.paymentAmount = amount;
  return parsed;
}

const readDeploy = (sdk: Sdk, json: object): ParsedDeploy | undefined => parseUnchecked(sdk.Deploy, rounded(json));

/**
 * The SDK's `fromJSON` validates, and one error stands for all faults. So validation is off during this one synchronous call, and
 * so is the SDK's habit of printing what it cannot read.
 */
function parseUnchecked<T>(
  type: { readonly prototype: { validate(): boolean }; fromJSON(json: unknown): T },
  json: unknown,
): T | undefined {
  const { validate } = type.prototype;
  const { error } = console;
  type.prototype.validate = () => true;
  console.error = () => {};
  try {
    return type.fromJSON(json) ?? undefined;
  } catch {
    return undefined;
  } finally {
    type.prototype.validate = validate;
    console.error = error;
  }
}

/** undefined: the SDK cannot do it with what was sent. */
function bytesOf<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
