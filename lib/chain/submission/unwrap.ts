import { LookupError } from '../../domain/errors.ts';
import { hasMoreValues, type RawMember, scanJson } from '../../domain/scan-json.ts';
import { refusedTransaction } from './problems.ts';

/** Of the sidecar's body limit of 2.6 MB the JSON-RPC envelope takes some. */
const mostBytes = 2_500_000;
/** A transaction of the chain nests no deeper than some twenty levels. */
const mostDepth = 100;
/**
 * Each value costs time, a long string does not. Casper's networks take 2 KB of arguments and 100 signatures: at most 3,000 values that a
 * node reads, and about as many in `parsed`, which is for people. Almost all of a large transaction is one string.
 */
const mostValues = 50_000;

/** The transaction inside the body, as it is written there. */
export interface Unwrapped {
  readonly kind: 'Version1' | 'Deploy';
  readonly text: string;
}

/**
 * Finds the transaction in a body: bare as SDKs write it, under the name of its kind, or as the parameters of
 * `account_put_transaction` and `account_put_deploy`. Cheap faults are refused first.
 */
export function unwrap(body: string): Unwrapped {
  if (Buffer.byteLength(body) > mostBytes)
    throw new LookupError('too_large', `the transaction has more than ${mostBytes} bytes`);
  if (hasMoreValues(body, mostValues))
    throw refusedTransaction([{ path: 'body', message: `has more than ${mostValues} values` }]);
  try {
    JSON.parse(body);
  } catch {
    throw refusedTransaction([{ path: 'body', message: 'must be JSON' }]);
  }
  const { depth, repeated, members } = scanJson(body);
  if (depth > mostDepth)
    throw refusedTransaction([{ path: 'body', message: `is nested more than ${mostDepth} levels deep` }]);
  if (repeated !== undefined)
    throw refusedTransaction([
      { path: 'body', message: `has a member twice in one object: ${JSON.stringify(repeated).slice(0, 60)}` },
    ]);
  const [only] = members;
  // Once: a text that is wrapped again and again would be scanned again and again.
  if (only?.name === 'transaction' && members.length === 1) return inner(only.text, scanJson(only.text).members);
  return inner(body, members);
}

function inner(text: string, members: readonly RawMember[]): Unwrapped {
  const names = members.map(({ name }) => name);
  const [only] = members;
  if (only !== undefined && members.length === 1) {
    if (only.name === 'Version1') return { kind: 'Version1', text: only.text };
    if (only.name === 'Deploy' || only.name === 'deploy') return { kind: 'Deploy', text: only.text };
  }
  if (names.includes('payload')) return { kind: 'Version1', text };
  if (names.includes('header')) return { kind: 'Deploy', text };
  throw refusedTransaction([
    { path: 'body', message: 'must be a transaction: an object with Version1 or Deploy, as SDKs write it' },
  ]);
}
