import { ttlMilliseconds } from '../../../../lib/domain/time-to-live.ts';
import { accountHashKey, isPublicKey } from '../keys.ts';
import { isObject, readDigest, readTagged, readText, unparsableSequence } from '../params.ts';
import type { TransactionKind } from '../recorded.ts';
import { unparsableParams } from '../rpc-error.ts';

/** A submitted transaction: what the node reads of it, and the JSON as it came. */
export interface Submission {
  readonly kind: TransactionKind;
  readonly hash: string;
  readonly json: Readonly<Record<string, unknown>>;
  readonly chainName: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly ttlMs: number;
  /** As the node writes it: `{PublicKey}` or `{AccountHash}`. */
  readonly initiator: Readonly<Record<string, string>>;
  /** `account-hash-…` */
  readonly account: string;
  /** Public keys with their signatures. */
  readonly approvals: readonly { readonly signer: string; readonly signature: string }[];
  /** Other deploys that have to be executed before: nodes of 2.x refuse them. */
  readonly hasDependencies: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

export function readVersion1(value: unknown): Submission {
  const json = fieldsOf(value, ['hash', 'payload', 'approvals']);
  const payload = fieldsOf(json.payload, [
    'initiator_addr',
    'timestamp',
    'ttl',
    'chain_name',
    'pricing_mode',
    'fields',
  ]);
  const { tag, inner } = readTagged(payload.initiator_addr, ['PublicKey', 'AccountHash']);
  const address = readText(inner);
  return {
    kind: 'Version1',
    json,
    initiator: { [tag]: address },
    account: tag === 'PublicKey' ? accountHashKey(publicKeyOf(address)) : address.toLowerCase(),
    ...commonOf(json, payload),
  };
}

export function readDeploy(value: unknown): Submission {
  const json = fieldsOf(value, ['hash', 'header', 'payment', 'session', 'approvals']);
  const names = ['account', 'timestamp', 'ttl', 'gas_price', 'body_hash', 'dependencies', 'chain_name'];
  const header = fieldsOf(json.header, names);
  const account = publicKeyOf(readText(header.account));
  return {
    kind: 'Deploy',
    json,
    initiator: { PublicKey: account },
    account: accountHashKey(account),
    ...commonOf(json, header),
  };
}

export function expiresAt({ timestamp, ttlMs }: Submission): number {
  return timestamp + ttlMs;
}

function commonOf(json: Fields, header: Fields) {
  const timestamp = Date.parse(readText(header.timestamp));
  if (Number.isNaN(timestamp)) throw unparsableParams('input contains invalid characters');
  const ttlMs = ttlMilliseconds(readText(header.ttl));
  if (ttlMs === undefined) throw unparsableParams('expected number at 0');
  if (!Array.isArray(json.approvals)) throw unparsableSequence(json.approvals);
  const { dependencies } = header;
  return {
    hasDependencies: Array.isArray(dependencies) && dependencies.length > 0,
    hash: readDigest(json.hash),
    chainName: readText(header.chain_name),
    timestamp,
    ttlMs,
    approvals: json.approvals.map((approval) => {
      const { signer, signature } = fieldsOf(approval, ['signer', 'signature']);
      return { signer: publicKeyOf(readText(signer)), signature: readText(signature) };
    }),
  };
}

/** The members of a struct, in the order in which the node misses them. */
function fieldsOf(value: unknown, names: readonly string[]): Fields {
  if (!isObject(value)) throw unparsableParams('invalid type, expected a struct');
  const missing = names.find((name) => value[name] === undefined);
  if (missing !== undefined) throw unparsableParams(`missing field \`${missing}\``);
  return value;
}

function publicKeyOf(text: string): string {
  if (!isPublicKey(text)) throw unparsableParams('invalid public key');
  return text.toLowerCase();
}
