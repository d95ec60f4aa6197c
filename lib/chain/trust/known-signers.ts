import pLimit from 'p-limit';
import { ChainUnavailable, StoreUnavailable } from '../../domain/errors.ts';
import type { ProgressStore } from '../../domain/ports/progress-store.ts';
import type { Clock, Log } from '../../domain/ports/telemetry.ts';
import type { ProofReason } from '../../domain/proof.ts';
import type { StoredTrust } from '../../domain/trust.ts';
import type { Upstreams } from '../pool/upstreams.ts';
import type { ProvedHeader } from '../proof/block-proof.ts';
import type { TrustAnchor } from '../proof/trust-chain.ts';
import { advanceTo, type KnownSwitchBlock, type NotReached } from './advance-trust.ts';
import { agreedTrust, asStored, ofStored, trustInAnchor } from './first-trust.ts';
import { NotSigned } from './not-signed.ts';
import { olderSwitchBlock } from './older-switch-blocks.ts';
import { reachEra } from './reach-era.ts';
import type { Asking, SignedBlocks } from './signed-blocks.ts';
import { createTurns } from './turns.ts';

export interface KnownSignersParts {
  readonly upstreams: Pick<Upstreams, 'size'>;
  readonly blocks: SignedBlocks;
  readonly store: Pick<ProgressStore, 'trust' | 'keepTrust'>;
  readonly network: string;
  /** As configured. */
  readonly anchor: TrustAnchor | null;
  readonly clock: Clock;
  readonly log: Log;
}

export interface FindingSigners extends Asking {
  /** Until when older switch blocks are looked for; left out: as long as there is time. */
  readonly backUntil?: AbortSignal | undefined;
  /** Only what a call or two can say is asked for. */
  readonly isNearOnly?: boolean;
}

/** Which validators sign the blocks of an era (rule PROOF-3). */
export interface KnownSigners {
  /** Reads what is stored, once for an era and process. */
  learn(eraId: number): Promise<void>;
  /** The switch block that names them, or why trust exists and cannot be advanced so far. Throws ChainUnavailable. */
  of(
    header: ProvedHeader,
    asking: FindingSigners,
  ): Promise<KnownSwitchBlock | NotReached | Extract<ProofReason, 'no_trust' | 'era_unknown'>>;
  /** Of an era, without asking. */
  known(eraId: number): KnownSwitchBlock | undefined;
  newest(): { readonly trusted: KnownSwitchBlock; readonly anchor: TrustAnchor } | undefined;
  /** Stores the newest one, where a lower one is stored. */
  keep(): Promise<void>;
}

/** Eras of which a process remembers the validators, at most: five days of mainnet. Sync that is behind goes through them one by one. */
const remembered = 64;
/** Of those, how many a reader goes down: each may be one call. */
const readersEras = 8;
/** Eras that are gone down one by one: two days of mainnet. */
const mostEras = 24;
/** How soon trust that could not begin is begun again. */
const pauseMs = 10_000;

export function createKnownSigners(parts: KnownSignersParts): KnownSigners {
  const { upstreams, blocks, store, network, clock, log } = parts;
  /** By the era that they sign. */
  let byEra = new Map<number, KnownSwitchBlock>();
  let newest: KnownSwitchBlock | undefined;
  let anchor: TrustAnchor | undefined;
  let stored: StoredTrust | undefined;
  /** The era for which the store was read last. */
  let readFor = -1;
  let isRead = false;
  let notBefore = Number.NEGATIVE_INFINITY;
  /** In turn with the store nothing is asked of nodes: what is known already waits for none of them. */
  const [withStore, beginning] = [pLimit(1), pLimit(1)];
  /** By the switch block that is looked for: a node can make up any number of them. */
  const inTurn = createTurns();

  /** What was found `since` trust that has begun anew meanwhile does not count. */
  function remember(known: KnownSwitchBlock, since = byEra): void {
    if (since !== byEra) return;
    byEra.set(known.eraId + 1, known);
    if (newest === undefined || known.eraId > newest.eraId) newest = known;
    for (const era of byEra.keys()) if (era <= newest.eraId + 1 - remembered) byEra.delete(era);
  }

  function begin(first: KnownSwitchBlock, grewFrom: TrustAnchor): void {
    byEra = new Map();
    newest = undefined;
    anchor = { height: grewFrom.height, hash: grewFrom.hash };
    remember(first);
  }

  async function learn(eraId: number): Promise<void> {
    if (byEra.has(eraId) || (isRead && eraId === readFor)) return;
    readFor = eraId;
    let found: StoredTrust | undefined;
    try {
      found = await store.trust();
      isRead = true;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      log.warn('the trusted switch block could not be read');
      return;
    }
    take(found);
  }

  /** What is stored is trusted, unless another anchor is configured. */
  function take(found: StoredTrust | undefined): void {
    stored = found;
    if (stored === undefined || stored.network !== network) return;
    const isOfAnchor = parts.anchor === null || parts.anchor.hash === stored.anchor.hash;
    const isNewer = newest === undefined || anchor?.hash !== stored.anchor.hash || stored.height > newest.height;
    if (!isOfAnchor || !isNewer) return;
    if (anchor?.hash === stored.anchor.hash) remember(ofStored(stored));
    else begin(ofStored(stored), stored.anchor);
  }

  async function begun(header: ProvedHeader, asking: Asking): Promise<KnownSwitchBlock | undefined> {
    if (newest !== undefined) return newest;
    if (clock.steady() < notBefore) return undefined;
    notBefore = clock.steady() + pauseMs;
    if (parts.anchor !== null) {
      const first = await trustInAnchor(parts.anchor, blocks, asking);
      // What is stored may have been read meanwhile.
      if (newest === undefined) begin(first, parts.anchor);
      return newest;
    }
    // There may be trust that this process does not know.
    const agreed = isRead ? await agreedTrust(header, blocks, upstreams, asking) : undefined;
    if (agreed === undefined || newest !== undefined) return newest;
    log.info('trust begins', { block: agreed.height, hash: agreed.hash, nodes: upstreams.size });
    begin(agreed, agreed);
    return newest;
  }

  /**
   * Rule PROOF-4: of an era below the newest one. `era_unknown`: it is too many eras down, or follows one of 1.x. Throws ChainUnavailable
   * where no node gives a switch block that is on the way: nodes that keep it back must not have a block believed by that.
   */
  async function ofOlder(header: ProvedHeader, first: KnownSwitchBlock, { backUntil, ...asking }: FindingSigners) {
    const { eraId, height } = header;
    const above = [...byEra.values()].filter((known) => known.height >= height);
    const from = above.reduce((lowest, known) => (known.height < lowest.height ? known : lowest), first);
    const signal = backUntil === undefined ? asking.signal : AbortSignal.any([asking.signal, backUntil]);
    const since = byEra;
    const below = await olderSwitchBlock(height, from, {
      blocks,
      asking: { ...asking, signal },
      known: (era) => since.get(era + 1),
      onStep: (known) => remember(known, since),
      lowestEra: first.eraId + 1 - (backUntil === undefined ? remembered : readersEras),
    }).catch((error: unknown) => {
      if (!(error instanceof ChainUnavailable) || signal.aborted) throw error;
      throw new NotSigned(
        `the validators of era ${eraId} are not known: no node gives the switch block that names them`,
      );
    });
    if (below === undefined) return 'era_unknown';
    if (below.eraId + 1 === eraId) return below;
    throw new NotSigned(
      `block ${height} is none of era ${eraId}: era ${below.eraId + 1} begins at ${below.height + 1}`,
    );
  }

  async function find(header: ProvedHeader, asking: FindingSigners) {
    const { eraId, height, lastSwitchBlockHash } = header;
    await withStore(() => learn(eraId));
    const first = newest ?? (await beginning(() => begun(header, asking)));
    if (first === undefined) {
      if (parts.anchor !== null) throw new ChainUnavailable('ASTAKE_ANCHOR cannot be reached');
      return 'no_trust';
    }
    const isOlder = (than: KnownSwitchBlock): boolean => eraId <= than.eraId && height <= than.height;
    return inTurn(isOlder(first) ? `${eraId}` : `${lastSwitchBlockHash}`, async () => {
      const known = byEra.get(eraId);
      if (known !== undefined) return known;
      // Others may have gone on meanwhile, past the era of this block.
      const from = newest ?? first;
      return isOlder(from) ? ofOlder(header, from, asking) : ofNewer(header, from, asking);
    });
  }

  function ofNewer(header: ProvedHeader, first: KnownSwitchBlock, { isNearOnly, ...asking }: FindingSigners) {
    const since = byEra;
    const onStep = (known: KnownSwitchBlock): void => remember(known, since);
    const advancing = { blocks, network, asking, onStep };
    return isNearOnly === true
      ? advanceTo(header, first, { ...advancing, mostEras: 0 })
      : reachEra(header, first, { ...advancing, mostEras });
  }

  async function keep(): Promise<void> {
    if (newest === undefined || anchor === undefined) return;
    if (stored?.anchor.hash === anchor.hash ? stored.height >= newest.height : stored && parts.anchor === null) return;
    const next = asStored(newest, network, anchor);
    if (await store.keepTrust(next, parts.anchor !== null)) stored = next;
    // Another process has stored a higher one, or one of another anchor.
    else take(await store.trust());
  }

  return {
    learn: async (eraId) => (byEra.has(eraId) ? undefined : withStore(() => learn(eraId))),
    of: async (header, asking) => byEra.get(header.eraId) ?? find(header, asking),
    known: (eraId) => byEra.get(eraId),
    newest: () => (newest === undefined || anchor === undefined ? undefined : { trusted: newest, anchor }),
    keep: () => withStore(keep),
  };
}
