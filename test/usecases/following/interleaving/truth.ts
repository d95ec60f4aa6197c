import type { Answer } from '../../../../lib/domain/answer.ts';
import { firstBrokenLink } from '../../../../lib/domain/audit-chain.ts';
import type { PinnedBlock } from '../../../../lib/domain/block.ts';
import { isUnusable, type Snapshot } from '../../../../lib/domain/claim.ts';
import { digestOf } from '../../../../lib/domain/digest.ts';
import { type EntityDefinition, type EntityRef, refKey } from '../../../../lib/domain/entity.ts';
import type { BasisReader } from '../../../../lib/domain/ports/chain.ts';
import type { CacheEntry } from '../../../../lib/domain/record.ts';
import { basisKind, basisRef } from '../../../../lib/usecases/process/snapshots.ts';
import { answerFrom, judge } from '../../../../lib/usecases/reading/answer-from.ts';
import { entryOf } from '../../../../lib/usecases/saving/cache-entry.ts';
import { clockOf } from '../../../support/clock.ts';
import { blockOf, type Histories, pinnedAt } from './fake-chain.ts';
import { definitions } from './kinds.ts';
import type { World } from './world.ts';

/** No scenario has a higher block. */
export const highest = 6;

/** The true values by ref key and block hash, as the definition of the kind reads them there. */
const truths = new WeakMap<Histories, Map<string, string>>();

/** Reads all true values once, so that a comparison does not have to wait. */
export async function learnTruths(histories: Histories, refs: readonly EntityRef[]): Promise<void> {
  const learnt = truths.get(histories) ?? new Map<string, string>();
  for (const fork of histories.forks.keys()) {
    for (let height = 1; height <= highest; height += 1) {
      const block = blockOf(histories, fork, height);
      for (const ref of refs) learnt.set(truthKey(ref, block), JSON.stringify(await read(ref, block, histories)));
    }
  }
  truths.set(histories, learnt);
}

const truthKey = (ref: EntityRef, { hash }: Pick<PinnedBlock, 'hash'>): string => `${refKey(ref)} ${hash}`;

async function read(ref: EntityRef, block: PinnedBlock, histories: Histories): Promise<object | null> {
  const bases = (async (definition, at) => {
    const state = pinnedAt(at, bases, histories);
    const seen = await definition.read(state);
    const { value, joined } = seen === undefined || 'unreadable' in seen ? {} : seen;
    const { name, definition: digest } = definition;
    return { name, block: at, value, joined, readSet: state.readSet(), bases: [], definition: digest };
  }) as BasisReader;
  const state = pinnedAt(block, bases, histories);
  const definition = definitionOf(ref);
  const reading = await definition.read(ref.id, state);
  const joined = (name: string) => state.bases().find((basis) => basis.name === name)?.joined;
  return reading === undefined ? null : definition.present(ref.id, reading.value, joined);
}

const definitionOf = ({ kind }: EntityRef): EntityDefinition => definitions.get(kind) as EntityDefinition;

type Claim = Pick<Answer, 'ref' | 'data' | 'block' | 'verifiedThrough'>;

/**
 * What is wrong with an answer, or undefined. Its data must be true at its own block and at the block through which it is
 * verified, both of one history that is not older than `fork`.
 */
export function falseClaim(answer: Claim, fork: number, histories: Histories): string | undefined {
  const { ref, data, block, verifiedThrough } = answer;
  const forks = [...histories.forks.keys()].filter((other) => other >= fork);
  const isTrue = forks.some((other) => {
    const [own, through] = [block, verifiedThrough].map(({ height }) => blockOf(histories, other, height));
    if (own?.hash !== block.hash || through?.timestamp !== verifiedThrough.timestamp) return false;
    return [own, through].every((at) => truthAt(ref, at, histories) === JSON.stringify(data));
  });
  if (isTrue) return undefined;
  return `${JSON.stringify(data)} of ${block.hash} through ${verifiedThrough.height}, where it is ${truthAt(
    ref,
    blockOf(histories, forks.at(-1) ?? 0, verifiedThrough.height),
    histories,
  )}`;
}

/** The value is true in all of these blocks, of one history that is not older than `fork`. */
export const isTrueIn = (
  ref: EntityRef,
  data: object | null,
  heights: readonly number[],
  fork: number,
  histories: Histories,
): boolean =>
  [...histories.forks.keys()].some(
    (other) =>
      other >= fork &&
      heights.every((height) => truthAt(ref, blockOf(histories, other, height), histories) === JSON.stringify(data)),
  );

function truthAt(ref: EntityRef, block: PinnedBlock, histories: Histories): string {
  const truth = truths.get(histories)?.get(truthKey(ref, block));
  if (truth === undefined) throw new Error(`the true value of ${refKey(ref)} at ${block.hash} is not known`);
  return truth;
}

/** Claims of cache and database that are wrong, for a client that reads everything at one moment. */
export function falseClaimsIn({ tables, clock, histories }: World, refs: readonly EntityRef[]): string[] {
  const { progress } = tables;
  const snapshot: Snapshot = { progress, basis: (name) => tables.records.get(refKey(basisRef(name))) };
  const memory = { head: () => undefined, noteSight: () => {}, firstSightAbove: () => undefined };
  const seen = { clock: clockOf(() => clock.now), memory } as unknown as Parameters<typeof judge>[3];
  const claimOf = (entry: CacheEntry | undefined, source: 'cache' | 'database'): string[] => {
    if (entry === undefined || isUnusable(entry, progress) || entry.conflict !== null) return [];
    const definition = definitionOf(entry.ref);
    const answer = answerFrom(definition, judge(definition, entry, snapshot, seen), {
      source,
      stale: false,
      cache: 'hit',
    });
    const wrong = falseClaim(answer, progress.fork, histories);
    return wrong === undefined ? [] : [`the ${source} claims for ${refKey(entry.ref)}: ${wrong}`];
  };
  return refs.flatMap((ref) => {
    const record = tables.records.get(refKey(ref));
    return [
      ...claimOf(tables.cache.get(refKey(ref))?.entry, 'cache'),
      ...claimOf(record && entryOf(record), 'database'),
    ];
  });
}

/** Defects of records and their audit trails (rule ITEM-3): each change has exactly one entry. */
export function brokenIn({ tables }: World): string[] {
  return [...tables.records.values()].flatMap((record) => {
    const key = refKey(record.ref);
    const trail = tables.audit.get(key) ?? [];
    const found: string[] = [];
    const expect = (isSo: boolean, what: string): void => void (isSo || found.push(`${key}: ${what}`));
    expect(firstBrokenLink(trail) === undefined, 'its trail is broken');
    expect(
      trail.every(({ sequence }, index) => sequence === index + 1),
      `the sequences of its trail are ${trail.map(({ sequence }) => sequence)}`,
    );
    expect(
      trail.length === record.sequence,
      `its sequence is ${record.sequence}, and its trail has ${trail.length} entries`,
    );
    expect(trail.at(-1)?.digest === record.auditHead, 'its newest entry is not its auditHead');
    expect(digestOf(record.value) === record.digest, 'its value does not match its digest');
    expect(record.ref.kind === basisKind || record.changedAt === undefined, 'it is no basis');
    return found;
  });
}
