import pLimit from 'p-limit';
import { BlockNotServed, ChainUnavailable, StoreUnavailable } from '../../domain/errors.ts';
import type { ProgressStore } from '../../domain/ports/progress-store.ts';
import type { Clock, Log } from '../../domain/ports/telemetry.ts';
import type { ProofReason } from '../../domain/proof.ts';
import type { StoredTrust } from '../../domain/trust.ts';
import type { Upstreams } from '../pool/upstreams.ts';
import type { ProvedHeader } from '../proof/block-proof.ts';
import type { TrustAnchor } from '../proof/trust-chain.ts';
import { advanceTo, type KnownSwitchBlock } from './advance-trust.ts';
import { agreedTrust, asStored, ofStored, trustInAnchor } from './first-trust.ts';
import type { Asking, SignedBlocks } from './signed-blocks.ts';

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

/** Which validators sign the blocks of an era (rule PROOF-3). */
export interface KnownSigners {
  /** Reads what is stored, once for an era and process. */
  learn(eraId: number): Promise<void>;
  /** The switch block that names them. Throws ChainUnavailable where trust exists and cannot be advanced so far. */
  of(
    header: ProvedHeader,
    asking: Asking,
  ): Promise<KnownSwitchBlock | Extract<ProofReason, 'no_trust' | 'era_unknown'>>;
  /** Of an era, without asking. */
  known(eraId: number): KnownSwitchBlock | undefined;
  newest(): { readonly trusted: KnownSwitchBlock; readonly anchor: TrustAnchor } | undefined;
  /** Stores the newest one, where a lower one is stored. */
  keep(): Promise<void>;
}

/** Eras of which a process remembers the validators: readings at the end of an era go on in the next one. */
const remembered = 8;
/** How soon trust that could not begin is begun again. */
const pauseMs = 10_000;

export function createKnownSigners(parts: KnownSignersParts): KnownSigners {
  const { upstreams, blocks, store, network, clock, log } = parts;
  /** By the era that they sign. */
  const byEra = new Map<number, KnownSwitchBlock>();
  let newest: KnownSwitchBlock | undefined;
  let anchor: TrustAnchor | undefined;
  let stored: StoredTrust | undefined;
  /** The era for which the store was read last. */
  let readFor = -1;
  let isRead = false;
  let notBefore = Number.NEGATIVE_INFINITY;
  /** One at a time: what one reading has found, the next one uses. */
  const inTurn = pLimit(1);

  function remember(known: KnownSwitchBlock): void {
    byEra.set(known.eraId + 1, known);
    if (newest === undefined || known.eraId > newest.eraId) newest = known;
    for (const era of byEra.keys()) if (era <= newest.eraId + 1 - remembered) byEra.delete(era);
  }

  function begin(first: KnownSwitchBlock, grewFrom: TrustAnchor): void {
    byEra.clear();
    newest = undefined;
    anchor = { height: grewFrom.height, hash: grewFrom.hash };
    remember(first);
  }

  async function learn(eraId: number): Promise<void> {
    if (byEra.has(eraId) || (isRead && eraId === readFor)) return;
    readFor = eraId;
    try {
      stored = await store.trust();
      isRead = true;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      log.warn('the trusted switch block could not be read');
      return;
    }
    if (stored === undefined || stored.network !== network) return;
    const isOfAnchor = parts.anchor === null || parts.anchor.hash === stored.anchor.hash;
    const isNewer = newest === undefined || anchor?.hash !== stored.anchor.hash || stored.height > newest.height;
    if (!isOfAnchor || !isNewer) return;
    if (anchor?.hash === stored.anchor.hash) remember(ofStored(stored));
    else begin(ofStored(stored), stored.anchor);
  }

  async function begun(header: ProvedHeader, asking: Asking): Promise<KnownSwitchBlock | undefined> {
    await learn(header.eraId);
    if (newest !== undefined) return newest;
    if (clock.steady() < notBefore) return undefined;
    notBefore = clock.steady() + pauseMs;
    if (parts.anchor !== null) {
      begin(await trustInAnchor(parts.anchor, blocks, asking), parts.anchor);
      return newest;
    }
    // There may be trust that this process does not know.
    const agreed = isRead ? await agreedTrust(header, blocks, upstreams, asking) : undefined;
    if (agreed === undefined) return undefined;
    log.info('trust begins', { block: agreed.height, hash: agreed.hash, nodes: upstreams.size });
    begin(agreed, agreed);
    return newest;
  }

  /** Of an era below the newest one. A hash names the one block that has it, so that what a trusted block names is the chain's. */
  async function stepBack(eraId: number, asking: Asking): Promise<KnownSwitchBlock | undefined> {
    const above = byEra.get(eraId + 1);
    if (above === undefined || above.below === null) return undefined;
    const header = await blocks.byHash({ hash: above.below }, asking);
    if (header === undefined || header.nextWeights === null || header.eraId + 1 !== eraId) return undefined;
    const { hash, height, nextWeights, lastSwitchBlockHash: below } = header;
    const known = { hash, height, eraId: header.eraId, nextWeights, below };
    remember(known);
    return known;
  }

  async function find(header: ProvedHeader, asking: Asking) {
    const first = await begun(header, asking);
    if (first === undefined) {
      if (parts.anchor !== null) throw new ChainUnavailable('ASTAKE_ANCHOR cannot be reached');
      return 'no_trust';
    }
    const { eraId, lastSwitchBlockHash: target } = header;
    const known = byEra.get(eraId);
    if (known !== undefined) return known;
    // Rule PROOF-4: the era has ended below this block.
    if (eraId <= first.eraId && header.height > first.height)
      throw new BlockNotServed(
        `block ${header.height} is none of era ${eraId}, which ended at block ${first.height} or below`,
      );
    if (eraId <= first.eraId) return (await stepBack(eraId, asking).catch(unlessDefect)) ?? 'era_unknown';
    const isReached =
      target !== null && (await advanceTo(target, first, { blocks, network, asking, onStep: remember }));
    const reached = byEra.get(eraId);
    if (isReached && reached !== undefined) return reached;
    throw new BlockNotServed(
      `the validators of era ${eraId} are not known: its switch block is not signed by those known since era ${first.eraId}`,
    );
  }

  return {
    learn: (eraId) => inTurn(() => learn(eraId)),
    of: async (header, asking) => byEra.get(header.eraId) ?? inTurn(() => find(header, asking)),
    known: (eraId) => byEra.get(eraId),
    newest: () => (newest === undefined || anchor === undefined ? undefined : { trusted: newest, anchor }),
    async keep() {
      if (newest === undefined || anchor === undefined) return;
      if (stored?.hash === newest.hash && stored.anchor.hash === anchor.hash) return;
      const next = asStored(newest, network, anchor);
      await store.keepTrust(next, parts.anchor !== null);
      stored = next;
    },
  };
}

function unlessDefect(error: unknown): undefined {
  if (!(error instanceof ChainUnavailable)) throw error;
}
