import { balanceAt, type ChainView, stateAt, tipBlock, transactionOf } from '../chain-view.ts';
import { withDevAccounts } from '../dev-accounts.ts';
import { accountHashKey, purseAddress } from '../keys.ts';
import { unparsableParams } from '../rpc-error.ts';
import { cryptographyProblem } from './cryptography.ts';
import { nativeTransferOf } from './native-transfer.ts';
import { REFUSALS, type Reason } from './refusals.ts';
import { expiresAt, type Submission } from './submission.ts';
import { bodyProblem, gasProblem, pricingProblem, targetProblem } from './transaction-form.ts';

/** As in the chainspec of mainnet. Motes. */
const MAX_TTL_MS = 2 * 3_600_000;
const MAX_APPROVALS = 100;
const LEEWAY_MS = 5_000;
const LEAST_BALANCE = 2_500_000_000n;
const LEAST_TRANSFER = 2_500_000_000n;

/**
 * Why a node refuses a submission, in its sidecar's words; undefined: it is accepted. The checks come in a node's order: the
 * form, the chainspec's limits, the expiry, the account, its balance, and only then hashes and signatures. What the node holds already
 * is accepted again, whatever became of the account.
 */
export function submissionRefusal(view: ChainView, submission: Submission, now: number): string | undefined {
  const texts = REFUSALS[submission.kind];
  const target = targetProblem(submission);
  if (target !== undefined) return target;
  if (submission.chainName !== view.chainName) return texts['chain name'];
  const pricing = pricingProblem(submission);
  if (pricing !== undefined) return pricing;
  const reason = limitProblem(view, submission, now);
  if (reason !== undefined) return texts[reason];
  // The blocks are as old as the recording, so a transaction expires by their time.
  if (expiresAt(submission) < Date.parse(tipBlock(view).header.timestamp)) return 'transaction has expired';
  const isKnown = transactionOf(view, submission.kind, submission.hash) !== undefined;
  const funded = { ...view, recording: withDevAccounts(view.recording) };
  const account = isKnown ? undefined : accountProblem(funded, submission);
  if (account !== undefined) return account;
  const problem = cryptographyProblem(submission);
  if (problem === 'unreadable') throw unparsableParams('the transaction cannot be serialised');
  return problem && texts[problem];
}

function limitProblem({ recording }: ChainView, submission: Submission, now: number): Reason | undefined {
  if (submission.ttlMs > MAX_TTL_MS) return 'time to live';
  // A recorded transaction is not of the future, however the clock stands here.
  const lastRecorded = Date.parse(recording.blocks.at(-1)?.header.timestamp ?? '');
  if (submission.timestamp > Math.max(now, lastRecorded) + LEEWAY_MS) return 'future';
  if (submission.approvals.length > MAX_APPROVALS) return 'excessive approvals';
  if (submission.hasDependencies) return 'dependencies';
  const gas = gasProblem(submission);
  if (gas !== undefined) return gas;
  const transfer = nativeTransferOf(submission);
  if (transfer === 'incomplete') return 'missing argument';
  return transfer !== undefined && transfer.amount < LEAST_TRANSFER ? 'transfer amount' : bodyProblem(submission);
}

function accountProblem(view: ChainView, { account: key, approvals }: Submission): string | undefined {
  const account = stateAt(view, key, view.tip)?.Account;
  if (account === undefined) return 'no such addressable entity';
  const weights = new Map(account.associated_keys?.map(({ account_hash, weight }) => [account_hash, weight]));
  const signed = [...new Set(approvals.map(({ signer }) => accountHashKey(signer)))].map((signer) =>
    weights.get(signer),
  );
  // Without approvals too, as recorded.
  if (signed.length === 0 || signed.includes(undefined)) return 'invalid associated keys';
  const weight = signed.reduce<number>((sum, each) => sum + (each ?? 0), 0);
  if (weight < (account.action_thresholds?.deployment ?? 1)) return 'insufficient signature weight';
  const balance = balanceAt(view, purseAddress(account.main_purse), view.tip);
  if (balance === undefined) return 'unknown balance';
  return BigInt(balance) < LEAST_BALANCE ? 'insufficient balance' : undefined;
}
