import { brokenHead, brokenLink, editedEntry } from '../../domain/audit-chain.ts';
import type { BlockRef } from '../../domain/block.ts';
import { isAboveKnownHeads, isUnusable, type Snapshot, verifiedThrough } from '../../domain/claim.ts';
import { isEdited } from '../../domain/compare.ts';
import { digestOf } from '../../domain/digest.ts';
import type { EntityRef } from '../../domain/entity.ts';
import { common, heldOf, lengthened, oldestSoundLogic, type Span, spanOf, spansOnFork } from '../../domain/held.ts';
import { LOGIC_VERSION } from '../../domain/progress.ts';
import { notAsked, proofOfAll, type ValueProof } from '../../domain/proof.ts';
import type { AuditEntry, EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import type { StoredBasis } from '../observing/bases.ts';
import { basisRef } from '../process/snapshots.ts';
import { basisNames } from '../store-access.ts';

type HistoryService = Pick<Service, 'records' | 'audit' | 'snapshots' | 'shared' | 'clock' | 'memory'>;

const pageSize = 100;
/** What changed more often since is read from the chain. */
const mostPages = 3;

/** A value at a block, and what its bases joined there. */
export interface PastValue {
  readonly value: object | null;
  /** Where the value was read. */
  readonly block: BlockRef;
  /** Blocks, the asked one among them, in all of which it is known to have held, with what is joined to it. */
  readonly span: Span;
  readonly proof: ValueProof;
  joined(name: string): object | undefined;
}

/**
 * Rule PAST-5: the value that the record's trail shows to have held at a block; undefined where the trail does not cover the block, or
 * is not whole. Throws StoreUnavailable.
 */
export async function fromHistory(
  record: EntityRecord,
  definition: string,
  at: number,
  snapshot: Snapshot,
  service: HistoryService,
): Promise<PastValue | undefined> {
  const found = await valueAt(record, definition, at, snapshot, service);
  if (found === undefined) return undefined;
  if (found.value === null) return { ...found, joined: () => undefined };
  const joining = await joinedAt(record, at, snapshot, service);
  if (joining === undefined) return undefined;
  return {
    ...found,
    span: joining.spans.reduce(common, found.span),
    proof: proofOfAll(found.proof, ...joining.proofs),
    joined: joining.joined,
  };
}

/** What its bases joined to a record's value at a block, and where each of them is known to have; undefined: one is not known. */
export async function joinedAt(record: EntityRecord, at: number, snapshot: Snapshot, service: HistoryService) {
  const joined = new Map<string, object>();
  const spans: Span[] = [];
  const proofs: ValueProof[] = [];
  for (const { name, joined: digest } of record.bases) {
    if (digest === undefined) continue;
    const basis = await basisAt(name, at, snapshot, service);
    if (basis?.value == null) return undefined;
    joined.set(name, (basis.value as StoredBasis).joined);
    spans.push(basis.span);
    proofs.push(basis.proof);
  }
  return { spans, proofs, joined: (name: string): object | undefined => joined.get(name) };
}

async function basisAt(name: string, at: number, snapshot: Snapshot, service: HistoryService) {
  const definition = service.shared.basis(name)?.definition;
  const record = definition === undefined ? undefined : await service.records.get(basisRef(name));
  if (record === undefined || definition === undefined) return undefined;
  return valueAt(record, definition, at, snapshot, service);
}

async function valueAt(
  record: EntityRecord,
  definition: string,
  at: number,
  snapshot: Snapshot,
  service: HistoryService,
): Promise<Omit<PastValue, 'joined'> | undefined> {
  const { progress } = snapshot;
  const { ref } = record;
  if (!isRoot(record, snapshot, service.memory)) return undefined;
  if (isInvalidated(ref, at, snapshot)) return undefined;
  let page = await service.audit.history(ref, { limit: pageSize });
  if (brokenHead(ref, record, page[0]) !== undefined) return undefined;
  const now = await spanNow(record, definition, at, snapshot, service);
  if (now !== undefined)
    return { value: record.value, block: record.block, span: now, proof: record.proof ?? notAsked };
  let { value } = record;
  let later: AuditEntry | undefined;
  for (let pages = 1; ; pages += 1) {
    for (const entry of page) {
      if (later !== undefined && brokenLink(later, entry) !== undefined) return undefined;
      if (editedEntry(entry) !== undefined) return undefined;
      value = entry.before === null ? null : { ...value, ...entry.before };
      const { held } = entry;
      const span =
        held && isOf(held, definition) ? spanOf(spansOnFork(held.spans, held.fork, progress), at) : undefined;
      if (held !== undefined && span !== undefined)
        return digestOf(value) === held.digest
          ? { value, block: held.block, span, proof: held.proof ?? notAsked }
          : undefined;
      later = entry;
    }
    if (page.length < pageSize || pages === mostPages || later === undefined) return undefined;
    page = await service.audit.history(ref, { limit: pageSize, before: later.sequence });
  }
}

/** The span of the present value that has a block. */
const spanNow = async (
  record: EntityRecord,
  definition: string,
  at: number,
  snapshot: Snapshot,
  service: HistoryService,
): Promise<Span | undefined> => spanOf(await spansNow(record, definition, snapshot, service), at);

/** Where the present value is known to have held, through what is claimed of it. */
export async function spansNow(
  record: EntityRecord,
  definition: string,
  snapshot: Snapshot,
  { snapshots, clock, memory }: Pick<HistoryService, 'snapshots' | 'clock' | 'memory'>,
): Promise<readonly Span[]> {
  if (!isRoot(record, snapshot, memory) || !isOf(record, definition) || isUnusable(record, snapshot.progress))
    return [];
  const spans = spansOnFork(heldOf(record), record.fork, snapshot.progress);
  const whole = await snapshots.withBases(snapshot, basisNames(record));
  return lengthened(spans, verifiedThrough(record, whole, definition, clock.now()).height);
}

/** What the record is now is the root of all that is rebuilt. */
const isRoot = (record: EntityRecord, { progress }: Snapshot, memory: HistoryService['memory']): boolean =>
  !isEdited(record) &&
  record.conflict === null &&
  !record.tooLarge &&
  record.fork <= progress.fork &&
  !isAboveKnownHeads(record, progress, memory.head());

/** Read by this definition, and by logic whose claims still count. */
export const isOf = (made: Pick<EntityRecord, 'definition' | 'logicVersion'>, definition: string): boolean =>
  made.definition === definition && made.logicVersion >= oldestSoundLogic && made.logicVersion <= LOGIC_VERSION;

/** Rule TRACK-4: an operator wants read again what was read there. */
const isInvalidated = ({ kind, id }: EntityRef, at: number, { progress }: Snapshot): boolean =>
  progress.invalidations.some(({ kind: of, prefix, height }) => kind === of && id.startsWith(prefix) && at <= height);
