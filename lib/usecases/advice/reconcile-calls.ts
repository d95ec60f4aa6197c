import { recordsOfPage, shardCount } from '../../domain/shard.ts';
import type { Advice } from './advice.ts';

/** Of a run that has compared the whole store, as far as it came. */
export interface RunFigures {
  /** Records that the run has compared. */
  readonly records: number;
  readonly calls: number;
  readonly callsAllowed: number;
  /** Records in the store. */
  readonly stored: number;
}

const variable = 'ASTAKE_RECONCILE_CALLS';
const runsPerDay = 24;
const runsPerMonth = runsPerDay * 30.4;
/** Shards, and the records of an hour, are not all alike. */
const margin = 1.25;
/** Records that a run compares at least: a page of each shard, which is begun while calls are left. */
const pageOfAll = shardCount * recordsOfPage;
/** Below that an operator's time is worth more. */
const worthwhileCalls = 100_000;
const fewRecords = 1_000;
/** Reads, writes and time of a comparison at list prices: "what each record adds" in docs/cost.md, which a test holds it against. */
export const dollarsPerComparison = 7.7e-6;

/**
 * A run compares what was not compared for a day, and then all other records as far as its calls reach. So a small store is compared
 * whole each hour, where once a day suffices for full coverage, and a large one in more than a day. By the calls that a record took.
 */
export function reconcileCallsAdvice({ records, calls, callsAllowed, stored }: RunFigures): Advice | undefined {
  if (records === 0 || calls === 0) return undefined;
  const each = calls / records;
  const pages = Math.ceil((stored * margin) / runsPerDay / pageOfAll);
  // Half a page less: the last page of a shard is begun, and a further one is not.
  const value = rounded((pages - 0.5) * pageOfAll * each);
  const isShort = stored * each > callsAllowed * runsPerDay;
  const saved = ((isShort ? callsAllowed : calls) - pages * pageOfAll * each) * runsPerMonth;
  if (!isShort && saved < worthwhileCalls) return undefined;
  const saves = { calls: Math.round(saved), dollars: Math.round((saved / each) * dollarsPerComparison * 100) / 100 };
  const paid = `${inWords(Math.abs(saves.calls))} calls to nodes and $${Math.abs(saves.dollars).toFixed(2)} a month`;
  const found = `This run compared ${inWords(records)} of ${inWords(stored)} records with ${inWords(calls)} calls.`;
  const change = isShort
    ? `With a run each hour a pass through all of them takes more than a day, so coverage cannot reach 100 %. With ${variable}=${value} (now ${callsAllowed}) a day suffices; it costs about ${paid} more.`
    : `With a run each hour most records are compared many times a day, where once suffices for full coverage. With ${variable}=${value} (now ${callsAllowed}) each is still compared within a day; it saves about ${paid}.`;
  return { variable, now: callsAllowed, value, saves, text: `${found} ${change} ${confidence(records)}` };
}

const confidence = (records: number): string =>
  records < fewRecords
    ? `This is a rough figure: it rests on fewer than ${inWords(fewRecords)} records.`
    : 'This is a good figure while the mix of kinds stays as it is; a quarter is added for hours with more.';

/** To two digits. */
function rounded(value: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))) - 1);
  return Math.max(1, Math.round(value / unit) * unit);
}

const inWords = (value: number): string => Math.round(value).toLocaleString('en-US');
