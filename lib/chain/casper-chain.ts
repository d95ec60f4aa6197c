import type { PinnedBlock } from '../domain/block.ts';
import { ChainUnavailable } from '../domain/errors.ts';
import type { CollectedProofs } from '../domain/full-proof.ts';
import type { RecordingState } from '../domain/pinned-state.ts';
import type { Chain, NodeTransition, PinnedReading, RefutedAnswer } from '../domain/ports/chain.ts';
import type { ProgressStore } from '../domain/ports/progress-store.ts';
import type { Clock, Log, Metrics } from '../domain/ports/telemetry.ts';
import type { UnsignedPolicy } from '../domain/trust.ts';
import { stateMethod } from './pool/holds-state.ts';
import type { Upstream } from './pool/upstream.ts';
import { createUpstreams, onlyOf, type UpstreamSettings } from './pool/upstreams.ts';
import { type DecodedHeader, decodeHeader } from './rpc/decode-block.ts';
import { malformed } from './rpc/json-shape.ts';
import { blockAtHeight, headerFrom } from './state/block-at.ts';
import type { OnUnproved } from './state/block-sources.ts';
import { createEraRewards, readEraRewards } from './state/era-rewards.ts';
import { createPinnedState } from './state/pinned-state.ts';
import { createValidatorDirectory } from './state/validator-directory.ts';
import { createSignatureChecks } from './trust/signature-checks.ts';
import type { Reported } from './trust/trust.ts';

export interface CasperChainOptions {
  readonly settings: UpstreamSettings;
  readonly progress: Pick<ProgressStore, 'directory' | 'growDirectory' | 'noteNode' | 'trust' | 'keepTrust'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Called for each breaker that this process opened or closed for all processes. */
  readonly onTransition?: ((transition: NodeTransition) => Promise<void>) | undefined;
  /** Called for what a node sent and was barred for, once an hour for each kind (rule AUDIT-6). Only `flushed` waits for it. */
  readonly onRefuted?: ((refuted: RefutedAnswer) => Promise<void>) | undefined;
  /** Of readers' readings, the share whose values are taken from what their proofs prove (rule PROOF-1); above 0 all others are. Left out: none. */
  readonly provedShare?: number;
  /** A switch block that is trusted (rule PROOF-3). Left out: what most nodes agree on at first. */
  readonly anchor?: { readonly height: number; readonly hash: string } | null;
  /** Of blocks that too few validators have signed (rule PROOF-4). */
  readonly unsigned?: UnsignedPolicy;
  readonly chance?: (() => number) | undefined;
}

/** The Casper network, over the JSON-RPC endpoints of one or more nodes. */
export function createCasperChain({
  settings,
  progress,
  provedShare = 0,
  anchor = null,
  unsigned = 'refuse',
  chance = Math.random,
  ...parts
}: CasperChainOptions): Chain {
  const checks = createSignatureChecks({
    upstreams: createUpstreams(settings, { store: progress, ...parts }),
    store: progress,
    isOn: provedShare > 0,
    network: settings.network,
    attemptMs: settings.attemptMs,
    anchor,
    unsigned,
    ...parts,
  });
  const { upstreams } = checks;
  const directory = createValidatorDirectory(progress, parts.log);
  const rewardsOf = createEraRewards();
  const pastRewardsOf = createEraRewards();
  const reported = new WeakMap<PinnedBlock, Reported>();
  /** Rule PROOF-7: where unsigned blocks are refused, nothing that a block wrote is taken on the word of nodes. */
  const onUnproved: OnUnproved | undefined =
    unsigned === 'label'
      ? ({ height, hash }, why) => parts.log.warn('what a block wrote is as a node says', { height, hash, why })
      : undefined;

  return {
    async tip(request) {
      const { block, from } = await checks.tip(request);
      reported.set(block, { from, tip: block });
      return block;
    },

    at: (reading) => stateAt(reading),
    async collecting() {
      const [{ createProofCollection }, blocks] = await Promise.all([
        import('./trust/proof-collection.ts'),
        checks.blocks(),
      ]);
      return createProofCollection(stateAt, { blocks, network: settings.network });
    },

    async executed(height, { tip, signal, since = null }) {
      const prefer = reported.get(tip)?.from;
      // Readers start without what follows blocks, and without what proves.
      const { readExecutedBlock } = await import('./state/executed-block.ts');
      const { claimedSources } = await import('./state/block-sources.ts');
      const { provedSources } = provedShare > 0 ? await import('./state/proved-block.ts') : {};
      const sources = provedSources?.(since, onUnproved) ?? claimedSources;
      const executed = await readExecutedBlock(height, { upstreams, prefer, signal, sources });
      // A validator that no switch block has named yet may hold stakes too.
      await directory.learn(executed.stakes.map(({ validator }) => validator));
      reported.set(executed.block, reported.get(tip) ?? {});
      return executed;
    },

    requireSigned: (block, signal) => checks.requireSigned(block, signal, reported.get(block)),
    keepTrust: checks.keep,

    async headersAt(height, signal) {
      const { blockHeader } = await import('./state/executed-block.ts');
      const ask = async (node: Upstream) => {
        const header = await headerFrom(node, height, { upstreams, signal });
        return { node: node.name, header: header && blockHeader(header) };
      };
      return Promise.all(upstreams.trusted().map(ask));
    },

    async blockAt(height, signal) {
      const { block, from } = await blockAtHeight(height, { upstreams, attemptMs: settings.attemptMs, signal });
      reported.set(block, { from });
      return block;
    },

    async lowestBlock(request) {
      await upstreams.look(request);
      return upstreams.lowestOfAll();
    },

    blockOf: async (hash, signal) => (await headerOf(hash, signal)).pinned,

    async eraRewards(switchBlock, signal, only) {
      const node = only === undefined ? undefined : nodeNamed(only);
      const asked = node === undefined ? upstreams : onlyOf(upstreams, node);
      return readEraRewards(switchBlock.hash, {
        rewardsOf: node === undefined ? rewardsOf : (_, read) => read(),
        call: (method, params, decode) => {
          const prefer = node ?? reported.get(switchBlock)?.from;
          return asked.call(method, params, decode, { signal, prefer, dispensable: true });
        },
      });
    },

    async switchBlockBelow(hash, signal) {
      const { lastSwitchBlockHash } = await headerOf(hash, signal);
      return lastSwitchBlockHash === null ? undefined : (await headerOf(lastSwitchBlockHash, signal)).pinned;
    },

    // Readers start without it.
    async checked(body, terms) {
      const { checkSubmission } = await import('./submission/check-submission.ts');
      return checkSubmission(body, terms);
    },
    submit: (transaction, signal, last) => upstreams.submit(transaction, signal, last),
    async sight(transaction, signal) {
      const seen = await upstreams.sight(transaction, signal);
      return { ...seen, isComplete: seen.knownAt.length + seen.deniedAt.length === upstreams.size };
    },
    nodes: () => upstreams.trusted().map(({ name }) => name),
    suspect: (node, reason) => nodeNamed(node).bar(reason, stateMethod),
    look: (request) => upstreams.look(request),
    signatureProblem: (signal) => checks.problem(signal),
    report: () => upstreams.report(),
    flushed: () => upstreams.flushed(),
    calls: () => upstreams.calls(),
    counted: (work, purpose) => upstreams.counted(work, purpose),
  };

  function stateAt(
    { block, bases, signal, patience = 1, only, keepsNothing = false, isPast = false }: PinnedReading,
    collected?: CollectedProofs,
  ): RecordingState {
    const node = only === undefined ? undefined : nodeNamed(only);
    return createPinnedState({
      block,
      upstreams: node === undefined ? upstreams : onlyOf(upstreams, node),
      prefer: node ?? reported.get(block)?.from,
      bases,
      // Rule PAST-2: what was read of the past is not remembered for readings of today.
      validatorsAt: (from, olderBlock) =>
        isPast ? directory.pastValidatorsAt(from, olderBlock) : directory.validatorsAt(from, olderBlock, !keepsNothing),
      rewardsOf: isPast ? pastRewardsOf : rewardsOf,
      signal,
      patience,
      collected,
      reported: {
        mayBeOlder: () => checks.mayBeOlder(block, signal, reported.get(block)),
        onMisreported: (why, evidence) => reported.get(block)?.from?.bar(why, 'info_get_status', evidence),
      },
      signedShare: (pinned, until) => checks.signedShare(pinned, until, reported.get(pinned)),
      proves: collected !== undefined || isProved(only),
    });
  }

  /** Rule PROOF-1: a share saves the cost of readers alone. Nothing is drawn where nothing is left to chance. */
  function isProved(only: string | undefined): boolean {
    if (provedShare <= 0 || provedShare >= 1) return provedShare > 0;
    const isSampled = only === undefined && upstreams.purpose() === 'reader';
    return !isSampled || chance() < provedShare;
  }

  async function headerOf(hash: string, signal: AbortSignal): Promise<DecodedHeader> {
    const params = { block_identifier: { Hash: hash } };
    const options = { signal, blame: false, block: { hash } };
    const answered = await upstreams.call('chain_get_block', params, decodeHeader, options);
    return 'absent' in answered ? malformed('a block') : answered.value;
  }

  function nodeNamed(name: string): Upstream {
    const node = upstreams.trusted().find((upstream) => upstream.name === name);
    if (node === undefined) throw new ChainUnavailable(`${name} cannot be asked`);
    return node;
  }
}
