import { assumptions } from '../assumptions.ts';
import { prices } from '../prices.ts';
import type { CostCounts } from './counted.ts';

/** Dollars of one part, and how they come about. */
export interface Part {
  readonly name: string;
  readonly dollars: number;
  readonly arithmetic: string;
}

export const daysPerMonth = 30.4;
export const secondsPerDay = 86_400;
const million = 1e6;
const gb = 1e9;

export interface HitOptions {
  readonly readsPerDay: number;
  /** The access log is in the infrequent access class. */
  readonly infrequentLogs: boolean;
}

/** Processes at work at the average rate: at least one. */
export const processesAt = (readsPerDay: number): number =>
  Math.max(1, (readsPerDay / secondsPerDay) * (assumptions.hitMs.value / 1000) * assumptions.headroom.value);

/** Read units of a hit: its entry, and its share of the progress that each process reads once a second. */
function readUnitsPerHit({ operations }: CostCounts, readsPerDay: number, processes: number): number {
  const perSecond = readsPerDay / secondsPerDay;
  const { hit, 'first hit of a second': first } = operations;
  const firsts = Math.min(1, processes / perSecond);
  return hit.reads * (1 - assumptions.rememberedShare.value) + firsts * (first.reads - hit.reads);
}

/** What the store costs a million hits, with so many processes at work. */
export function storeParts(counted: CostCounts, readsPerDay: number, processes: number): Part[] {
  const { dynamo } = prices;
  const { explainedShare } = assumptions;
  const reads = readUnitsPerHit(counted, readsPerDay, processes);
  const writes = counted.limitWrites / 1000 + explainedShare.value * counted.explanationWrites;
  return [
    {
      name: 'DynamoDB, reads',
      dollars: reads * dynamo.perMillionReads,
      arithmetic: `${reads.toFixed(2)} RRU × ${dynamo.perMillionReads}`,
    },
    {
      name: 'DynamoDB, writes',
      dollars: writes * dynamo.perMillionWrites,
      arithmetic: `${writes.toFixed(4)} WRU × ${dynamo.perMillionWrites}: limits of callers, and explanations of ${explainedShare.value * 100} %`,
    },
  ];
}

/** The dollars of a million hits, one after the other. */
export function hitParts(counted: CostCounts, { readsPerDay, infrequentLogs }: HitOptions): Part[] {
  const { httpApi, lambda, logs, xray } = prices;
  const { hitMs, memoryGb, accessLogBytes, tracedShare } = assumptions;
  const millions = (readsPerDay * daysPerMonth) / million;
  const gateway =
    (Math.min(millions, httpApi.aboveMillions) * httpApi.perMillion +
      Math.max(0, millions - httpApi.aboveMillions) * httpApi.thenPerMillion) /
    millions;
  const processes = processesAt(readsPerDay);
  const logPrice = infrequentLogs ? logs.infrequentPerGb : logs.perGb;
  const lines = Math.min(1, (processes * 1_440) / readsPerDay);
  const lineBytes = counted.hitLog.bytes / counted.hitLog.lines;
  return [
    {
      name: 'gateway',
      dollars: gateway,
      arithmetic: `${httpApi.perMillion.toFixed(2)} a million up to ${httpApi.aboveMillions} million a month, then ${httpApi.thenPerMillion.toFixed(2)}`,
    },
    { name: 'Lambda, requests', dollars: lambda.perMillionRequests, arithmetic: 'each hit is one' },
    {
      name: 'Lambda, time',
      dollars: (hitMs.value / 1000) * memoryGb.value * lambda.perGbSecond * million,
      arithmetic: `${hitMs.value} ms × ${memoryGb.value} GB × ${lambda.perGbSecond}`,
    },
    ...storeParts(counted, readsPerDay, processes),
    {
      name: 'access log',
      dollars: ((accessLogBytes.value * million) / gb) * logPrice,
      arithmetic: `${accessLogBytes.value} bytes × ${logPrice.toFixed(2)} a GB`,
    },
    {
      name: 'metric lines',
      dollars: ((lines * (lineBytes + 26) * million) / gb) * logs.perGb,
      arithmetic: `a line of ${Math.round(lineBytes)} bytes a minute and process: ${lines.toPrecision(2)} for each hit`,
    },
    {
      name: 'X-Ray',
      dollars: tracedShare.value * xray.perMillionTraces,
      arithmetic: `${tracedShare.value * 100} % of the hits × ${xray.perMillionTraces.toFixed(2)}`,
    },
  ];
}

export const sumOf = (parts: readonly Part[]): number => parts.reduce((sum, { dollars }) => sum + dollars, 0);

/** To callers on the internet, compressed or not: what an answer has. */
export const transferPerMillion = ({ answerBytes }: CostCounts): number =>
  ((answerBytes * million) / gb) * prices.transfer.perGb;
