import type { FieldError } from '../../domain/errors.ts';
import { parseExactly } from '../../domain/exact-json.ts';
import type { CheckedTransaction, SubmissionTerms } from '../../domain/submission.ts';
import { casperSdk } from '../rpc/casper-sdk.ts';
import { notYetValid, refusedTransaction } from './problems.ts';
import { readFields, type TransactionFields } from './read-fields.ts';
import { unwrap } from './unwrap.ts';
import { verify } from './verify.ts';

/** How far the clock of the signer may be ahead, as nodes allow it. */
const leewayMs = 5_000;
/** The chainspec's `max_ttl`. */
const mostTtlMs = 2 * 3_600_000;

/**
 * Checks a submitted text before it goes anywhere: size and form, then what the terms say, then hashes and signatures, which cost
 * the most. What only a node knows (balance, keys of the account, prices) is left to the node. Throws LookupError: `too_large`, or
 * `invalid_transaction` with every reason that was found.
 */
export async function checkSubmission(body: string, terms: SubmissionTerms): Promise<CheckedTransaction> {
  const { kind, text } = unwrap(body);
  const json = parseExactly(text);
  const fields = readFields(kind, json);
  if (!('hash' in fields)) throw refusedTransaction(fields);
  const head = kind === 'Version1' ? 'payload' : 'header';
  const faults = termFaults(fields, head, terms);
  if (faults.length > 0) throw refusedTransaction(faults);
  const wrong = verify(await casperSdk(), kind, json, fields);
  if (wrong.length > 0) throw refusedTransaction(wrong);
  const ahead = Date.parse(fields.timestamp) - terms.now - leewayMs;
  if (ahead > 0) throw notYetValid(`${head}.timestamp`, Math.ceil(ahead / 1_000));
  const { hash, initiator, timestamp, ttl } = fields;
  return { kind, hash, transaction: text, initiator, timestamp, ttl };
}

/** `head`: the member that holds the fields. */
function termFaults(
  { chainName, timestamp, ttl, ttlMs }: TransactionFields,
  head: string,
  terms: SubmissionTerms,
): FieldError[] {
  const end = Date.parse(timestamp) + ttlMs;
  return [
    ...(chainName === terms.network
      ? []
      : [
          {
            path: `${head}.chain_name`,
            message: `must be ${quoted(terms.network)}, the chain of this service; it is ${quoted(chainName)}`,
          },
        ]),
    ...(ttlMs <= mostTtlMs ? [] : [{ path: `${head}.ttl`, message: `${quoted(ttl)} is longer than 2 hours` }]),
    ...(terms.chainTime === undefined || end >= terms.chainTime
      ? []
      : [{ path: `${head}.ttl`, message: `has expired: it ended at ${new Date(end).toISOString()}; sign it anew` }]),
  ];
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 60));
