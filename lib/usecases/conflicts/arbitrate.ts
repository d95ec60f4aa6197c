import type { PinnedBlock } from '../../domain/block.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { note } from '../../domain/trace.ts';
import type { Observed } from '../observing/observe.ts';
import { interruptCollection } from '../saving/interrupt-collection.ts';
import { type SaveRequest, type SaveResult, save } from '../saving/save.ts';
import { dispute } from './dispute.ts';

export interface Arbitration extends Omit<SaveRequest, 'seen'> {
  readonly observed: Observed;
  /** The block of the observation. */
  readonly block: PinnedBlock;
  /** Ends the questions to the nodes. */
  readonly signal: AbortSignal;
}

export interface Arbitrated {
  /** The observation to answer with: the majority's, where nodes were asked. */
  readonly observed: Observed;
  readonly saved: ArbitrationOutcome;
  /** The id of an open or kept conflict. */
  readonly conflict: string | undefined;
}

export type ArbitrationOutcome =
  | Exclude<SaveResult, { readonly outcome: 'contradicted' }>
  /**
   * A basis that the record depends on is gone. The record stays and needs no mark: its claim ends before that block, since
   * its basis has changed or is not stored (rule CLAIM-3).
   */
  | { readonly outcome: 'collection-gone'; readonly record: EntityRecord }
  /** The nodes do not say whether the record is right. The record and its claim stay as they are. */
  | { readonly outcome: 'unverifiable' };

const attempts = 3;

/** Saves an observation. Where it contradicts the stored record, the nodes are asked first who is right. */
export async function arbitrate(arbitration: Arbitration, service: Service): Promise<Arbitrated> {
  const { definition, block, signal } = arbitration;
  let { read, observed } = arbitration;
  let whenAbsent = definition.whenAbsent;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const seen = observed.observation;
    const saved = await save({ ...arbitration, definition: { ...definition, whenAbsent }, read, seen }, service);
    if (saved.outcome !== 'contradicted') return { observed, saved, conflict: conflictIn(saved) };

    const { record, verdict } = saved;
    const disputed = await dispute({ definition, record, seen, block, verdict, signal }, service);
    note({ step: 'conflict', outcome: disputed.outcome, why: () => `the record contradicts the chain: ${verdict}` });
    switch (disputed.outcome) {
      case 'open': {
        const { record: marked, observed: majority = observed } = disputed;
        await interruptCollection({ definition, seen, fork: marked.fork, why: 'is in dispute' }, service);
        return { observed: majority, saved: { outcome: 'in-dispute', record: marked }, conflict: marked.conflict?.id };
      }
      case 'collection-gone':
        return { observed, saved: { outcome: 'collection-gone', record }, conflict: disputed.id };
      case 'unverifiable':
        return { observed, saved: disputed, conflict: undefined };
      case 'outvoted':
        observed = disputed.observed;
        break;
      case 'absence-accepted':
        whenAbsent = 'chain-wins';
        break;
      case 'moved':
        read = await service.records.get(seen.ref);
    }
  }
  return { observed, saved: { outcome: 'unverifiable' }, conflict: undefined };
}

const conflictIn = (saved: SaveResult): string | undefined =>
  'record' in saved ? (saved.record.conflict?.id ?? undefined) : undefined;
