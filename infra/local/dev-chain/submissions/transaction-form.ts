import { integerIn } from '../../../../lib/domain/exact-json.ts';
import { nodeRequestFailed } from '../rpc-error.ts';
import type { Submission } from './submission.ts';

/** As in the chainspec of the recorded network. */
const MOST_GAS_OF_LANE = 1_000_000_000_000n;
const MOST_GAS_OF_BLOCK = 1_625_000_000_000n;

type Tagged = string | Readonly<Record<string, unknown>>;

interface Payload {
  readonly pricing_mode: Tagged;
  readonly fields: { readonly args: Tagged; readonly target: Tagged; readonly entry_point: Tagged };
}

const payloadOf = ({ json }: Submission): Payload => json.payload as Payload;
const tagOf = (value: Tagged): string => (typeof value === 'string' ? value : (Object.keys(value)[0] ?? ''));
const contentOf = (value: Tagged): unknown => (typeof value === 'string' ? undefined : Object.values(value)[0]);

/** Why a node puts a transaction into no lane, or into none of its runtimes, in its sidecar's words. Deploys have no such form. */
export function targetProblem(submission: Submission): string | undefined {
  if (submission.kind === 'Deploy') return undefined;
  const { fields, pricing_mode } = payloadOf(submission);
  const { target, entry_point, args } = fields;
  return (
    entryPointProblem(tagOf(target), tagOf(entry_point)) ??
    laneProblem(target, pricing_mode) ??
    runtimeProblem(target, tagOf(args))
  );
}

/** A lane is found by what a call may cost; installations have one of their own, and what is native is not asked. */
function laneProblem(target: Tagged, pricing: Tagged): string | undefined {
  const { is_install_upgrade } = (contentOf(target) ?? {}) as { readonly is_install_upgrade?: unknown };
  if (tagOf(target) === 'Native' || is_install_upgrade === true) return undefined;
  if (tagOf(pricing) === 'Prepaid') return 'Pricing mode not supported';
  return (paymentOf(pricing) ?? 0n) > MOST_GAS_OF_LANE
    ? "couldn't associate a transaction lane with the transaction"
    : undefined;
}

const paymentOf = (pricing: Tagged): bigint | undefined =>
  integerIn((contentOf(pricing) as { readonly payment_amount?: unknown }).payment_amount);

function entryPointProblem(target: string, entryPoint: string): string | undefined {
  if (target === 'Session') return entryPoint === 'Call' ? undefined : "entry point must be 'call'";
  if (target === 'Stored')
    return entryPoint === 'Custom'
      ? undefined
      : 'The non-native transaction sent to the network must have a custom entry point';
  if (entryPoint === 'Call') return "entry point cannot be 'call'";
  return entryPoint === 'Custom'
    ? 'The native transaction sent to the network should not have a custom entry point'
    : undefined;
}

/** As in the chainspec of mainnet, only the first runtime is there. Native transactions have none. */
function runtimeProblem(target: Tagged, args: string): string | undefined {
  const { runtime } = (contentOf(target) ?? {}) as { readonly runtime?: Tagged };
  if (runtime === undefined) return undefined;
  if (runtime !== 'VmCasperV1') return 'invalid transaction runtime';
  return args === 'Named' ? undefined : 'expected named arguments';
}

/** What an installation may cost is limited by the block alone. */
export function gasProblem(submission: Submission): 'gas limit' | undefined {
  if (submission.kind === 'Deploy') return undefined;
  const { fields, pricing_mode } = payloadOf(submission);
  return tagOf(fields.target) === 'Session' && (paymentOf(pricing_mode) ?? 0n) > MOST_GAS_OF_BLOCK
    ? 'gas limit'
    : undefined;
}

/** Prices are limited by payment, as in the chainspec of mainnet. A tolerance below 1 fails in the sidecar's own way, and throws. */
export function pricingProblem(submission: Submission): string | undefined {
  if (submission.kind === 'Deploy') return undefined;
  const { pricing_mode } = payloadOf(submission);
  if (tagOf(pricing_mode) !== 'PaymentLimited')
    return 'The transaction sent to the network had an invalid pricing mode';
  const { gas_price_tolerance } = contentOf(pricing_mode) as { readonly gas_price_tolerance?: unknown };
  if (gas_price_tolerance === 0) throw nodeRequestFailed('submitting a transaction', 'gas price tolerance too low');
  return undefined;
}

/** What native entry points must be given. That of a transfer is with the transfer. */
const neededArgs: Readonly<Record<string, readonly string[]>> = {
  Burn: ['amount'],
  AddBid: ['public_key', 'delegation_rate', 'amount'],
  WithdrawBid: ['public_key', 'amount'],
  Delegate: ['delegator', 'validator', 'amount'],
  Undelegate: ['delegator', 'validator', 'amount'],
  Redelegate: ['delegator', 'validator', 'amount', 'new_validator'],
  ActivateBid: ['validator'],
  ChangeBidPublicKey: ['public_key', 'new_public_key'],
  AddReservations: ['reservations'],
  CancelReservations: ['validator', 'delegators'],
};

export function bodyProblem(submission: Submission): 'missing argument' | 'empty module bytes' | undefined {
  if (submission.kind === 'Deploy') return undefined;
  const { target, entry_point, args } = payloadOf(submission).fields;
  const { module_bytes } = (contentOf(target) ?? {}) as { readonly module_bytes?: unknown };
  if (tagOf(target) === 'Session') return module_bytes === '' ? 'empty module bytes' : undefined;
  if (tagOf(target) !== 'Native' || tagOf(args) !== 'Named') return undefined;
  const given = new Set((contentOf(args) as readonly (readonly [string, unknown])[]).map(([name]) => name));
  const needed = neededArgs[tagOf(entry_point)] ?? [];
  return needed.every((name) => given.has(name)) ? undefined : 'missing argument';
}
