import { createRequire } from 'node:module';
import { isRawJson } from '../../../../lib/domain/source-json.ts';
import { withoutExactIntegers } from '../exact-json.ts';
import type { Submission } from './submission.ts';

/** What is used of casper-js-sdk, which is loaded for the first submission: it takes some 200 ms. */
interface Sdk {
  readonly TransactionV1: SdkClass<SdkTransaction>;
  readonly Deploy: SdkClass<SdkDeploy>;
}

interface SdkClass<T> {
  readonly prototype: { validate(): boolean };
  fromJSON(json: unknown): T;
}

interface Signed {
  readonly hash: { toBytes(): Uint8Array; toHex(): string };
  readonly approvals: readonly {
    readonly signer: { verifySignature(message: Uint8Array, signature: Uint8Array): boolean };
    readonly signature: { readonly bytes: Uint8Array };
  }[];
}

export interface SdkTransaction extends Signed {
  readonly payload: {
    readonly pricingMode: { readonly paymentLimited?: { paymentAmount: number | bigint } };
    toBytes(): Uint8Array;
  };
}

export interface SdkDeploy extends Signed {
  readonly header: { readonly bodyHash?: { toHex(): string }; toBytes(): Uint8Array };
  readonly payment: { bytes(): Uint8Array };
  readonly session: { bytes(): Uint8Array };
}

let loaded: Sdk | undefined;

function sdk(): Sdk {
  loaded ??= createRequire(import.meta.url)('casper-js-sdk') as Sdk;
  return loaded;
}

/** The transaction as casper-js-sdk reads it, its hashes and signatures unchecked; undefined: it cannot read it. */
export function parseTransaction({ json }: Submission): SdkTransaction | undefined {
  const parsed = parseUnchecked(sdk().TransactionV1, withoutExactIntegers(json));
  const { pricing_mode } = json.payload as { pricing_mode?: { PaymentLimited?: { payment_amount?: unknown } } };
  const exact = pricing_mode?.PaymentLimited?.payment_amount;
  const limited = parsed?.payload.pricingMode.paymentLimited;
  if (limited !== undefined && isRawJson(exact)) limited.paymentAmount = BigInt(exact.rawJSON);
  return parsed;
}

export function parseDeploy({ json }: Submission): SdkDeploy | undefined {
  return parseUnchecked(sdk().Deploy, json);
}

/**
 * The SDK's `fromJSON` validates, and its errors do not tell a wrong hash from a wrong body hash. Validation is switched
 * off for this one synchronous call.
 */
function parseUnchecked<T>(type: SdkClass<T>, json: unknown): T | undefined {
  const { validate } = type.prototype;
  type.prototype.validate = () => true;
  try {
    return type.fromJSON(json);
  } catch {
    return undefined;
  } finally {
    type.prototype.validate = validate;
  }
}
