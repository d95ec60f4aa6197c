import type { BasisSeen } from '../../domain/basis.ts';
import type { PinnedBlock } from '../../domain/block.ts';
import { sameValue } from '../../domain/compare.ts';
import type { StoredBasis } from '../observing/bases.ts';
import type { WatchedContext } from './following.ts';

/** What the chain says of one basis. */
export interface BasisReadings {
  /** At the last block of the batch; undefined: it could not be read. */
  readonly last: BasisSeen | undefined;
  /** At an earlier block of the batch. Throws where it cannot be read there. */
  at(block: PinnedBlock): Promise<BasisSeen>;
}

/** In which blocks a basis may have changed, ascending. */
export interface ChangesWithin {
  readonly value: readonly number[];
  readonly joined: readonly number[];
}

/** A basis is read at no more blocks of one batch. */
const blocksRead = 8;

/**
 * Rule FOLLOW-3: the blocks of the batch in which the basis changed. It is read at every block that wrote one of its keys; where
 * that is too often, or one reading fails, it counts as changed in each of them. undefined: the last reading differs, though
 * no block wrote a key.
 */
export async function changesWithin(
  written: readonly number[],
  stored: StoredBasis,
  { last, at }: { readonly last: BasisSeen; readonly at: BasisReadings['at'] },
  { batch, signal }: WatchedContext,
): Promise<ChangesWithin | undefined> {
  if (written.length === 0) return isSame('value', stored, last) ? { value: [], joined: [] } : undefined;
  const eachIsOne = { value: written, joined: written };
  if (written.length > blocksRead) return eachIsOne;
  const earlier = batch.blocks.filter(({ height }) => written.slice(0, -1).includes(height));
  let readings: BasisSeen[];
  try {
    // What was there in the last block that wrote a key is there in the last block of the batch.
    readings = [...(await Promise.all(earlier.map(at))), last];
  } catch (error) {
    if (signal.aborted) throw error;
    return eachIsOne;
  }
  const changed = (part: 'value' | 'joined'): number[] =>
    written.filter((_height, index) => {
      const reading = readings[index];
      return reading === undefined || !isSame(part, readings[index - 1] ?? stored, reading);
    });
  return { value: changed('value'), joined: changed('joined') };
}

type Parts = { readonly value: object | undefined; readonly joined: object | undefined };

const isSame = (part: keyof Parts, a: Parts, b: Parts): boolean => {
  const [one, other] = [a[part], b[part]];
  return one !== undefined && other !== undefined && sameValue(one, other);
};
