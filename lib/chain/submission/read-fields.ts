import type { FieldError } from '../../domain/errors.ts';
import { isRawJson } from '../../domain/source-json.ts';
import { ttlMilliseconds } from '../../domain/time-to-live.ts';
import { timestampMs } from './timestamp.ts';
import type { Unwrapped } from './unwrap.ts';

/** What the checks need of a transaction of either kind. */
export interface TransactionFields {
  readonly hash: string;
  readonly initiator: string;
  readonly chainName: string;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly ttl: string;
  readonly ttlMs: number;
  readonly approvals: readonly { readonly signer: string; readonly signature: string }[];
}

type Fields = Readonly<Record<string, unknown>>;

const digest = /^[0-9a-f]{64}$/i;
const publicKey = /^(?:01[0-9a-f]{64}|02[0-9a-f]{66})$/i;
const accountHash = /^account-hash-[0-9a-f]{64}$/i;
const signature = /^0[12][0-9a-f]{128}$/i;
/** The chainspec's `max_associated_keys`: an account has no more keys. */
const mostApprovals = 100;

/** The fields, or every fault of the transaction's form. */
export function readFields(kind: Unwrapped['kind'], json: unknown): TransactionFields | readonly FieldError[] {
  const faults: FieldError[] = [];
  const whole = fieldsIn(json, kind);
  const headName = kind === 'Version1' ? 'payload' : 'header';
  const head = fieldsIn(whole[headName], headName);
  const text = (from: Fields, path: string, isValid: (value: string) => boolean, expected: string): string => {
    const value = from[path.slice(path.lastIndexOf('.') + 1)];
    if (typeof value === 'string' && isValid(value)) return value;
    faults.push({ path, message: value === undefined ? 'is required' : `must be ${expected}` });
    return '';
  };
  const fields = {
    hash: text(whole, 'hash', (value) => digest.test(value), '64 hexadecimal digits').toLowerCase(),
    initiator: initiator(),
    chainName: text(head, `${headName}.chain_name`, () => true, 'a string'),
    timestamp: text(head, `${headName}.timestamp`, isTime, 'a time such as 2026-11-23T00:30:00.000Z'),
    ttl: text(head, `${headName}.ttl`, (value) => ttlMilliseconds(value) !== undefined, 'a duration such as 30m'),
    approvals: approvals(),
  };
  if (faults.length > 0) return faults;
  const timestamp = new Date(timestampMs(fields.timestamp) ?? 0).toISOString();
  return { ...fields, timestamp, ttlMs: ttlMilliseconds(fields.ttl) ?? 0 };

  function fieldsIn(value: unknown, path: string): Fields {
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawJson(value))
      return value as Fields;
    faults.push({ path, message: value === undefined ? 'is required' : 'must be an object' });
    return {};
  }

  function initiator(): string {
    if (kind === 'Deploy') return text(head, 'header.account', (value) => publicKey.test(value), 'a public key in hex');
    const address = head.initiator_addr as Fields | undefined;
    const [[tag, value] = []] = typeof address === 'object' && address !== null ? Object.entries(address) : [];
    if (tag === 'PublicKey' && typeof value === 'string' && publicKey.test(value)) return value;
    if (tag === 'AccountHash' && typeof value === 'string' && accountHash.test(value)) return value.toLowerCase();
    faults.push({
      path: 'payload.initiator_addr',
      message: address === undefined ? 'is required' : 'must be {"PublicKey": …} or {"AccountHash": "account-hash-…"}',
    });
    return '';
  }

  function approvals(): TransactionFields['approvals'] {
    const given = whole.approvals;
    if (!Array.isArray(given) || given.length === 0) {
      faults.push({ path: 'approvals', message: 'must hold at least one signature' });
      return [];
    }
    if (given.length > mostApprovals) {
      faults.push({ path: 'approvals', message: `must hold at most ${mostApprovals} signatures` });
      return [];
    }
    return given.map((approval: unknown, at) => {
      const path = `approvals.${at}`;
      const one = fieldsIn(approval, path);
      return {
        signer: text(one, `${path}.signer`, (value) => publicKey.test(value), 'a public key in hex').toLowerCase(),
        signature: text(one, `${path}.signature`, (value) => signature.test(value), 'a signature in hex with its tag'),
      };
    });
  }
}

const isTime = (value: string): boolean => timestampMs(value) !== undefined;
