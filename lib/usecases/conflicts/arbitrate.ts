import type { PinnedBlock } from '../../domain/block.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import type { Observed } from '../observing/observe.ts';
import { type SaveRequest, type SaveResult, save } from '../saving/save.ts';
import { dispute } from './dispute.ts';

export interface Arbitration extends Omit<SaveRequest, 'seen'> {
  readonly observed: Observed;
  /** The block of what was observed. */
  readonly block: PinnedBlock;
  /** Ends the search for who is right. */
  readonly signal: AbortSignal;
}

export interface Arbitrated {
  /** What is to be answered: what most nodes bear out, where that was asked. */
  readonly observed: Observed;
  readonly saved: ArbitrationOutcome;
  /** The id of an open or kept conflict. */
  readonly conflict: string | undefined;
}

export type ArbitrationOutcome =
  | Exclude<SaveResult, { readonly outcome: 'contradicted' }>
  /**
   * What it rests on is gone. The record stays and has no mark: it claims nothing beyond its own block, since its basis has
   * changed or is not stored.
   */
  | { readonly outcome: 'collection-gone'; readonly record: EntityRecord }
  /** Nobody can tell whether the record is right. It stays as it is, and goes on claiming what it did. */
  | { readonly outcome: 'unverifiable' };

const attempts = 3;

/** Saves what was observed; where that contradicts the record, finds out who is right first. */
export async function arbitrate(settling: Arbitration, service: Service): Promise<Arbitrated> {
  const { definition, block, signal } = settling;
  let { read, observed } = settling;
  let whenAbsent = definition.whenAbsent;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const seen = observed.observation;
    const saved = await save({ ...settling, definition: { ...definition, whenAbsent }, read, seen }, service);
    if (saved.outcome !== 'contradicted') return { observed, saved, conflict: markOf(saved) };

    const { record, verdict } = saved;
    const disputed = await dispute({ definition, record, seen, block, verdict, signal }, service);
    switch (disputed.outcome) {
      case 'open': {
        const { record: marked, observed: agreed = observed } = disputed;
        return { observed: agreed, saved: { outcome: 'in-dispute', record: marked }, conflict: marked.conflict?.id };
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

const markOf = (saved: SaveResult): string | undefined =>
  'record' in saved ? (saved.record.conflict?.id ?? undefined) : undefined;
