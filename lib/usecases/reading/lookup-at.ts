import type { PastAnswer } from '../../domain/answer.ts';
import { blockRef, type PinnedBlock } from '../../domain/block.ts';
import { withTimeout } from '../../domain/deadline.ts';
import { BlockGone, BlockNotServed, CollectionUnreadable, LookupError } from '../../domain/errors.ts';
import { defaultReadOptions, type ReadOptions } from '../../domain/freshness.ts';
import { noProgress } from '../../domain/progress.ts';
import { notAsked, ofAbsence } from '../../domain/proof.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { note } from '../../domain/trace.ts';
import { readAlone } from '../observing/bases.ts';
import { knownOnFork, observeAnywhere } from '../observing/observe.ts';
import { newestTip } from '../observing/tip.ts';
import { bestEffort, flushTimeoutMs } from '../store-access.ts';
import { forReader } from './from-chain.ts';
import { fromHistory } from './from-history.ts';
import { notingFailure, whyBelieved } from './hops.ts';
import { contextOf } from './lookup.ts';
import type { LookupContext } from './lookup-context.ts';

export interface PastQuery extends Pick<ReadOptions, 'noCache' | 'onlyIfCached'> {
  /** The height of the block. */
  readonly at: number;
}

/** For how many seconds a client may keep what cannot become another value, except by a hard reset of the network. */
const settledSeconds = 86_400;
/** Of a block at the tip, and of what a later reading may know more of. */
const unsettledSeconds = 8;

/**
 * What an entity was at a block, and at no other one (rule PAST-1): from the record's history where that covers the block (rule PAST-5), else
 * from the chain, read at that block (rule PAST-2). Nothing is stored or remembered of it.
 * Throws BlockGone where no node reaches back so far, `too_old` where the block is not there yet, ChainUnavailable.
 */
export async function lookupAt(
  ref: LookupContext['ref'],
  { at, noCache, onlyIfCached }: PastQuery,
  service: Service,
): Promise<PastAnswer> {
  return notingFailure(ref, () => lookedUpAt(ref, { at, noCache, onlyIfCached }, service));
}

async function lookedUpAt(
  ref: LookupContext['ref'],
  { at, noCache, onlyIfCached }: PastQuery,
  service: Service,
): Promise<PastAnswer> {
  const context = await contextOf(ref, { ...defaultReadOptions, noCache, onlyIfCached }, service, undefined);
  const { snapshot, storeTime } = context;
  const record = snapshot && (await bestEffort(service.records.get(ref), storeTime, service));
  const known =
    noCache || record === undefined ? undefined : await bestEffort(historyOf(context, record, at), storeTime, service);
  if (known !== undefined) {
    service.metrics.count('PastFromHistory');
    note({ step: 'answer', outcome: 'history', ref: context.key, height: at, why: whyBelieved(known.proof) });
    return known;
  }
  if (onlyIfCached) throw new LookupError('not_cached', `no stored history of the record covers block ${at}`);
  try {
    const answer = await fromChainAt(context, record, at);
    service.metrics.count('PastFromChain');
    note({ step: 'answer', outcome: 'chain', ref: context.key, height: at, why: whyBelieved(answer.proof) });
    return answer;
  } finally {
    await withTimeout(service.chain.flushed(), Math.min(flushTimeoutMs, context.deadline.remaining()));
  }
}

/** undefined where the history does not cover the block. */
async function historyOf(context: LookupContext, record: EntityRecord, at: number): Promise<PastAnswer | undefined> {
  const { ref, definition, snapshot, service } = context;
  const found = snapshot && (await fromHistory(record, definition.definition, at, snapshot, service));
  if (found === undefined) return undefined;
  const { value, block, span, proof, joined } = found;
  const data = value && definition.present(ref.id, value, joined);
  const keepSeconds = keepSecondsOf(data, at, context);
  return { ref, data, source: 'history', at, block: blockRef(block), held: span, proof, keepSeconds };
}

/** A reading of the chain, for a reader and within a reader's limits. Concurrent callers share it. */
function fromChainAt(context: LookupContext, record: EntityRecord | undefined, at: number): Promise<PastAnswer> {
  const { key, service } = context;
  return forReader(context, (onRead) =>
    service.memory.flight(`${key} at ${at}`, () => {
      onRead();
      return unlessGone(() => readAt(context, record, at), at, context);
    }),
  );
}

async function readAt(context: LookupContext, record: EntityRecord | undefined, at: number): Promise<PastAnswer> {
  const { ref, definition, snapshot, service, deadline } = context;
  const signal = deadline.signal(1);
  const block = await blockAt(at, context, signal);
  // Rule PAST-2: bases too are read at this block, whatever is stored of them.
  const alone = readAlone({ at: (reading) => service.chain.at({ ...reading, isPast: true }) }, signal);
  const before = knownOnFork(snapshot?.progress, record);
  const { observation, bases, unreadable } = await observeAnywhere({ definition, ref, block, before, signal }, alone);
  if (unreadable !== undefined) throw new CollectionUnreadable(unreadable);
  const { proof = notAsked } = observation;
  const value = await madeBy(observation.value, block, context, signal);
  const data = value && definition.present(ref.id, value, (name) => bases.find((basis) => basis.name === name)?.joined);
  return {
    ref,
    data,
    source: 'chain',
    at,
    block: blockRef(block),
    held: { from: at, through: at },
    proof: value === null ? ofAbsence(proof) : proof,
    keepSeconds: keepSecondsOf(data, at, context),
  };
}

/** A later reading may know more of it: validators that were not known, a transaction that was not. */
function keepSecondsOf(data: object | null, at: number, { definition, snapshot }: LookupContext): number {
  const mayGrow = definition.supersedes !== undefined || (definition.awaits?.(data) ?? null) !== null;
  return !mayGrow && at <= (snapshot?.progress.cursor?.height ?? -1) ? settledSeconds : unsettledSeconds;
}

/** Waits for a block that is not there yet, as `minHeight` does. */
async function blockAt(at: number, context: LookupContext, signal: AbortSignal): Promise<PinnedBlock> {
  const { service, snapshot } = context;
  const progress = snapshot?.progress ?? noProgress;
  const known = Math.max(
    progress.cursor?.height ?? -1,
    progress.head?.height ?? -1,
    service.memory.head()?.height ?? -1,
  );
  if (at <= known) return service.chain.blockAt(at, signal);
  const tip = await newestTip({ atLeast: 0, minHeight: at, progress, signal, shared: undefined }, service);
  return tip.height === at ? tip : service.chain.blockAt(at, signal);
}

/**
 * Rule PAST-4: null for what was made after the next block, though nodes know it today. While the block is the newest one, all is as
 * nodes say.
 */
async function madeBy(
  value: object | null,
  block: PinnedBlock,
  { definition, service }: LookupContext,
  signal: AbortSignal,
): Promise<object | null> {
  const madeAt = value === null ? undefined : definition.madeAt?.(value);
  if (madeAt === undefined || Date.parse(madeAt) <= Date.parse(block.timestamp)) return value;
  const next = await service.chain.blockAt(block.height + 1, signal).catch((error: unknown) => {
    if (error instanceof BlockNotServed) return undefined;
    throw error;
  });
  return next === undefined || Date.parse(madeAt) <= Date.parse(next.timestamp) ? value : null;
}

/**
 * Rule PAST-3: that the block is gone is said only where each node says so. A node that cannot be asked may have it: then the chain
 * is unavailable.
 */
async function unlessGone<T>(
  read: () => Promise<T>,
  at: number,
  { snapshot, service, deadline }: LookupContext,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof BlockNotServed)) throw error;
    const nodes = snapshot?.progress.nodes ?? {};
    const lowest = await service.chain.lowestBlock({ nodes, signal: deadline.signal(1) });
    if (lowest !== undefined && at < lowest) throw new BlockGone(at, lowest, error);
    throw error;
  }
}
