import type { Directory, ProgressStore } from '../../domain/ports/progress-store.ts';
import type { Log } from '../../domain/ports/telemetry.ts';
import type { DecodedHeader } from '../rpc/decode-block.ts';

/** How many older switch blocks one reading walks back; later readings walk the rest. */
const stepsBack = 24;
const empty: Directory = { validators: [], newest: null, oldest: null, next: null };

/** A block by its hash; undefined where no node holds a block that old. */
export type OlderBlock = (hash: string) => Promise<DecodedHeader | undefined>;

/**
 * All validators that any switch block has named, found by walking back along `last_switch_block_hash` and kept in the
 * store. The directory only grows: a validator that left may still hold a stake or an unbonding.
 */
export function createValidatorDirectory(store: Pick<ProgressStore, 'directory' | 'growDirectory'>, log: Log) {
  let known: Directory | undefined;

  /** The stored directory, which other processes grow too: sync adds each validator that a bid names. */
  async function current(): Promise<Directory> {
    known = await store.directory().catch(() => {
      log.warn('the validator directory could not be read');
      return known;
    });
    return known ?? empty;
  }

  /** Adds validators that a written bid names. */
  async function learn(named: readonly string[]): Promise<void> {
    if (named.every((validator) => known?.validators.includes(validator))) return;
    const before = await current();
    const fresh = [...new Set(named)].filter((validator) => !before.validators.includes(validator));
    if (fresh.length === 0) return;
    await store.growDirectory({ ...empty, validators: fresh });
    known = { ...before, validators: [...before.validators, ...fresh].sort() };
  }

  /** `keep` false: what was found is neither stored nor remembered. */
  async function validatorsAt(from: DecodedHeader, olderBlock: OlderBlock, keep = true): Promise<readonly string[]> {
    const before = await current();
    const named: DecodedHeader[] = [from];
    const { newest } = before;

    // First down from the pinned block to what was walked before, then further down from there: `stepsBack` steps in all.
    let steps = 0;
    const isLastStep = (block: DecodedHeader): boolean => named.push(block) > 0 && ++steps >= stepsBack;
    const start = from.nextEraValidators === null ? from.lastSwitchBlockHash : from.pinned.hash;
    const top = await walkBack(
      start,
      olderBlock,
      (block) => isLastStep(block) || isWalked(block, before),
      newest?.hash,
    );
    const met = top.next === newest?.hash || (top.last !== undefined && isWalked({ pinned: top.last }, before));
    // The two walks have not met: blocks in between are missing, so the walk that began here is the one to continue.
    const bottom =
      !met || newest === null || steps >= stepsBack ? undefined : await walkBack(before.next, olderBlock, isLastStep);

    const validators = new Set(before.validators);
    for (const block of named) for (const validator of block.nextEraValidators ?? []) validators.add(validator);
    const grown: Directory = {
      validators: [...validators].sort(),
      // A reading pinned below the newest walked block does not lower it.
      newest: top.first !== undefined && top.first.height > (newest?.height ?? -1) ? top.first : newest,
      oldest: met ? (bottom?.last?.height ?? before.oldest) : (top.last?.height ?? null),
      next: met ? (bottom ?? before).next : top.next,
    };
    if (!keep) return grown.validators;
    known = grown;
    if (grown.validators.length > before.validators.length || grown.newest !== newest || grown.next !== before.next) {
      const fresh = grown.validators.filter((validator) => !before.validators.includes(validator));
      await store.growDirectory({ ...grown, validators: fresh }).catch(() => {
        log.warn('the validator directory could not be saved');
      });
    }
    return grown.validators;
  }

  /**
   * Rule PAST-2: all known validators, and those that the switch blocks below an old block name, as far as nothing has walked there
   * yet. Nothing is kept.
   */
  async function pastValidatorsAt(from: DecodedHeader, olderBlock: OlderBlock): Promise<readonly string[]> {
    const before = await current();
    const { oldest } = before;
    const named: DecodedHeader[] = [from];
    const start = from.nextEraValidators === null ? from.lastSwitchBlockHash : from.pinned.hash;
    const isWalkedThere = (block: DecodedHeader): boolean =>
      isWalked(block, before) && oldest !== null && block.pinned.height >= oldest;
    await walkBack(start, olderBlock, (block) => named.push(block) > stepsBack || isWalkedThere(block));
    return [...new Set([...before.validators, ...named.flatMap((block) => block.nextEraValidators ?? [])])].sort();
  }

  return { validatorsAt, pastValidatorsAt, learn };
}

const isWalked = ({ pinned }: Pick<DecodedHeader, 'pinned'>, { newest }: Directory): boolean =>
  newest !== null && pinned.height <= newest.height;

/** Walks along `last_switch_block_hash` until `isDone`, the block `known` or genesis; `next` is where to continue. */
async function walkBack(
  hash: string | null,
  olderBlock: OlderBlock,
  isDone: (block: DecodedHeader) => boolean,
  known?: string,
) {
  let next = hash;
  let first: DecodedHeader['pinned'] | undefined;
  let last: DecodedHeader['pinned'] | undefined;
  while (next !== null && next !== known) {
    const block = await olderBlock(next);
    if (block === undefined) break;
    first ??= block.pinned;
    last = block.pinned;
    next = block.lastSwitchBlockHash;
    if (isDone(block)) break;
  }
  return { first, last, next };
}
