import type { PinnedBlock } from '../../domain/block.ts';
import type { Snapshot } from '../../domain/claim.ts';
import { abortIn } from '../../domain/deadline.ts';
import type { EntityRef } from '../../domain/entity.ts';
import { ChainUnavailable, messageOf, UnusableAnswer } from '../../domain/errors.ts';
import type { RecordingState } from '../../domain/pinned-state.ts';
import type { Service } from '../../domain/service.ts';
import type { StoredBasis } from '../observing/bases.ts';
import { mostNodesSay } from '../observing/most-nodes.ts';
import { atNewestTip, lowestReadHeight, type TipQuery } from '../observing/tip.ts';
import type { KnownCollection } from '../status/wholeness.ts';
import type { PassBegun } from './next-pass.ts';

/** A collection in work. Snapshot and state were read before anything that is judged by them. */
export interface KeepingTokens {
  readonly known: KnownCollection;
  readonly snapshot: Snapshot;
  readonly enumeration: PassBegun;
}

/** What became of a page. */
export interface KeptTokens {
  /** The places of the tokens that could not be kept. */
  readonly failed: readonly number[];
  /** Of one that failed. */
  readonly reason: string | null;
}

/** Rule COLLECT-8: the contract's list of its tokens is not what it should be. No node is at fault. */
export class ListNotReadable extends Error {
  override readonly name = 'ListNotReadable';
}

/** The list of a collection's contract, read at the newest block: it only grows. */
export interface OwnList {
  /** By what most nodes say: a token behind the end of the list is never read. undefined: there is none. */
  length(): Promise<number | undefined>;
  /** Where a token is named at two of the places, by what most nodes say too: it may have been burnt and minted again. */
  tokensAt(places: readonly number[], block: PinnedBlock): Promise<readonly (EntityRef | undefined)[]>;
}

/** Both throw ChainUnavailable, and ListNotReadable. */
export async function ownListOf({ known, snapshot }: KeepingTokens, service: Service): Promise<OwnList> {
  const { name, packageHash, kind } = known.collection;
  const ref = { kind: 'collection', id: packageHash };
  const deadline = () => abortIn(service.limits.deadlineMs);
  const basis = snapshot.basis(name)?.value as StoredBasis | null | undefined;
  const list = basis == null ? undefined : service.shared.tokenList({ name, value: basis.value });
  return {
    length: async () =>
      list &&
      atNewestTip(tipQuery(snapshot, service), service, (block) =>
        mostNodesSay({ ref, block, signal: deadline(), read: (state) => list.length(state) }, service).catch(unread),
      ),

    async tokensAt(places, block) {
      const read = async (state: RecordingState) =>
        ((await list?.tokensAt(places, state)) ?? []).map((id) => id ?? null);
      const said = await pinned(block, read);
      // A place that names another one's token hides its own.
      const ids = namesTwice(said)
        ? await mostNodesSay({ ref, block, signal: deadline(), read }, service).catch(unread)
        : said;
      return ids.map((id) => (id === null ? undefined : { kind, id: `${packageHash}:${id}` }));
    },
  };

  async function pinned<T>(block: PinnedBlock, read: (state: RecordingState) => Promise<T>): Promise<T> {
    const state = service.chain.at({ block, bases: service.bases, signal: deadline() });
    try {
      const answer = await read(state);
      await state.proveAbsence();
      // Rule PROOF-4: nothing is taken from a block that validators have not signed.
      await state.proof();
      return answer;
    } catch (error) {
      return unread(error);
    }
  }
}

function namesTwice(ids: readonly (string | null)[]): boolean {
  const named = ids.filter((id) => id !== null);
  return new Set(named).size < named.length;
}

function unread(error: unknown): never {
  if (error instanceof ChainUnavailable && !(error instanceof UnusableAnswer)) throw error;
  throw new ListNotReadable(`its list of tokens cannot be read: ${messageOf(error)}`, { cause: error });
}

export const tipQuery = ({ progress }: Snapshot, service: Service, atLeast = 0): TipQuery => ({
  atLeast: Math.max(atLeast, lowestReadHeight(undefined, progress, service)),
  progress,
  signal: abortIn(service.limits.deadlineMs),
  shared: undefined,
});
