import { accountHashKey, recordedKey } from '../keys.ts';
import type { Submission } from './submission.ts';

/** A native transfer from the initiator's main purse. */
export interface NativeTransfer {
  /** `account-hash-…`, or `uref-…` without access rights. */
  readonly target: string;
  readonly amount: bigint;
  /** The transfer's id, a u64, if it has one. */
  readonly id: bigint | null;
}

type Arg = readonly [name: string, value: { readonly cl_type?: unknown; readonly bytes?: unknown }];

/** What a native transfer says; `incomplete`: an argument is missing or of an unknown type; undefined: it is no such transfer. */
export function nativeTransferOf(submission: Submission): NativeTransfer | 'incomplete' | undefined {
  const args = transferArgs(submission);
  if (args === undefined) return undefined;
  const named = new Map(args);
  const target = targetOf(named.get('target'));
  const amount = hexOf(named.get('amount'));
  if (target === undefined || amount === undefined) return 'incomplete';
  const id = hexOf(named.get('id'));
  return {
    target,
    amount: littleEndian(amount.slice(2)),
    id: id === undefined || !id.startsWith('01') ? null : littleEndian(id.slice(2)),
  };
}

function transferArgs({ kind, json }: Submission): readonly Arg[] | undefined {
  if (kind === 'Deploy') return (json.session as { Transfer?: { args?: readonly Arg[] } }).Transfer?.args;
  const { fields } = json.payload as {
    fields: { args?: { Named?: readonly Arg[] }; target?: unknown; entry_point?: unknown };
  };
  return fields.target === 'Native' && fields.entry_point === 'Transfer' ? (fields.args?.Named ?? []) : undefined;
}

/** By the type's name: a public key, 32 bytes of an account hash, a key of an account, or a purse. */
function targetOf(value: Arg[1] | undefined): string | undefined {
  const hex = hexOf(value)?.toLowerCase();
  if (hex === undefined) return undefined;
  const type = typeof value?.cl_type === 'string' ? value.cl_type : Object.keys(value?.cl_type ?? {})[0];
  if (type === 'PublicKey') return accountHashKey(hex);
  if (type === 'ByteArray') return `account-hash-${hex}`;
  if (type === 'Key') return hex.startsWith('00') ? `account-hash-${hex.slice(2)}` : undefined;
  return type === 'URef' ? recordedKey(`uref-${hex.slice(0, 64)}`) : undefined;
}

function hexOf(value: Arg[1] | undefined): string | undefined {
  return typeof value?.bytes === 'string' ? value.bytes : undefined;
}

function littleEndian(hex: string): bigint {
  const bytes = Buffer.from(hex, 'hex').reverse();
  return bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString('hex')}`);
}
