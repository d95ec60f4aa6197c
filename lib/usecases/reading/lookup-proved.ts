import type { Answer } from '../../domain/answer.ts';
import { blockRef, type PinnedBlock } from '../../domain/block.ts';
import { withTimeout } from '../../domain/deadline.ts';
import { type EntityDefinition, type EntityRef, freshSecondsOf } from '../../domain/entity.ts';
import { CollectionUnreadable, InvalidRequest } from '../../domain/errors.ts';
import type { ReadOptions } from '../../domain/freshness.ts';
import type { FullProof } from '../../domain/full-proof.ts';
import { noProgress } from '../../domain/progress.ts';
import { notAsked, ofAbsence } from '../../domain/proof.ts';
import type { Service } from '../../domain/service.ts';
import { note } from '../../domain/trace.ts';
import { readAlone } from '../observing/bases.ts';
import { anywhere, knownOnFork, observe } from '../observing/observe.ts';
import { atNewestTip } from '../observing/tip.ts';
import { bestEffort, flushTimeoutMs } from '../store-access.ts';
import { forReader } from './from-chain.ts';
import { notingFailure } from './hops.ts';
import { contextOf, definitionOf } from './lookup.ts';
import type { LookupContext } from './lookup-context.ts';

export interface ProofQuery {
  /** The height of the switch block that the caller trusts; undefined: the one that names who signs the block. */
  readonly anchor: number | undefined;
  readonly options: ReadOptions;
}

/** An answer about the newest block, with all that proves it. */
export interface ProvedLookup {
  readonly answer: Answer;
  /** undefined: the chain has no such entity, and nothing proves that. */
  readonly full: Omit<FullProof, 'settings'> | undefined;
}

/**
 * Rule PROOF-5: reads an entity at the newest block with everything that it is made of, bases too. Nothing is stored, and no other
 * reading shares it. Throws InvalidRequest for a kind of which nothing can be proved, and for an anchor from which no way leads;
 * ChainUnavailable, also where the block is not signed yet.
 */
export async function lookupProved(ref: EntityRef, query: ProofQuery, service: Service): Promise<ProvedLookup> {
  mustHaveProofs(definitionOf(ref, service));
  return notingFailure(ref, async () => {
    const context = await contextOf(ref, { ...query.options, noCache: true }, service, undefined);
    try {
      const read = async (onRead: () => void) => {
        onRead();
        const proved = await atTip(context, query.anchor);
        return { proved, data: proved.answer.data };
      };
      return (await forReader(context, read)).proved;
    } finally {
      await withTimeout(service.chain.flushed(), Math.min(flushTimeoutMs, context.deadline.remaining()));
    }
  });
}

function mustHaveProofs({ kind, hasNoProof }: EntityDefinition): void {
  if (hasNoProof === true)
    throw new InvalidRequest([{ path: 'proof', message: `nothing that nodes say of a ${kind} can be proved` }]);
}

function atTip(context: LookupContext, anchor: number | undefined): Promise<ProvedLookup> {
  const { key, options, snapshot, service, deadline } = context;
  const signal = deadline.signal(1);
  const progress = snapshot?.progress ?? noProgress;
  const atLeast = Math.max(service.memory.served(key), progress.cursor?.height ?? 0);
  const query = { atLeast, minHeight: options.minHeight, progress, signal, shared: undefined };
  return atNewestTip(query, service, (block) => {
    note({ step: 'chain', outcome: 'read', ref: key, height: block.height });
    return readWithProofs(context, block, anchor, signal);
  });
}

async function readWithProofs(
  { ref, definition, snapshot, service, storeTime }: LookupContext,
  block: PinnedBlock,
  anchor: number | undefined,
  signal: AbortSignal,
): Promise<ProvedLookup> {
  const record = snapshot && (await bestEffort(service.records.get(ref), storeTime, service));
  const before = knownOnFork(snapshot?.progress, record);
  const { collection, observation, bases, unreadable } = await anywhere(signal, async () => {
    // Of a reading that fails half way, nothing is in the next one's proof.
    const fresh = await service.chain.collecting();
    const observed = await observe({ definition, ref, block, before, signal }, readAlone(fresh, signal));
    return { ...observed, collection: fresh };
  });
  if (unreadable !== undefined) throw new CollectionUnreadable(unreadable);
  const { value, validUntil, proof = notAsked } = observation;
  const joined = (name: string) => bases.find((basis) => basis.name === name)?.joined;
  const answer: Answer = {
    ref,
    data: value && definition.present(ref.id, value, joined),
    source: 'chain',
    stale: false,
    block: blockRef(block),
    verifiedThrough: blockRef(block),
    proof: value === null ? ofAbsence(proof) : proof,
    age: 0,
    freshSeconds: freshSecondsOf(definition, value, validUntil, block),
    cache: 'request',
    conflict: null,
    mayArrive: false,
  };
  if (value === null) return { answer, full: undefined };
  const { proof: full, weight } = await collection.complete(block, anchor, signal);
  return { answer: proof.level === 'signed' ? { ...answer, proof: { ...proof, weight } } : answer, full };
}
