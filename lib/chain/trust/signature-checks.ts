import type { PinnedBlock } from '../../domain/block.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import type { TipRequest } from '../../domain/ports/chain.ts';
import type { ProofReason } from '../../domain/proof.ts';
import type { SignatureProblem } from '../../domain/trust.ts';
import type { Decode } from '../pool/interpret-answer.ts';
import type { CallOptions } from '../pool/node-calls.ts';
import type { Tip } from '../pool/pick-tip.ts';
import type { Upstreams } from '../pool/upstreams.ts';
import { decodeHeader } from '../rpc/decode-block.ts';
import { createSeenBlocks } from './seen-blocks.ts';
import type { SignedBlocks } from './signed-blocks.ts';
import type { Trust, TrustParts } from './trust.ts';

export interface SignatureCheckParts extends Omit<TrustParts, 'upstreams' | 'blocks'> {
  readonly upstreams: Upstreams;
  /** False: no reading is proved, and nothing is asked for. */
  readonly isOn: boolean;
}

export interface SignatureChecks extends Pick<Trust, 'signedShare' | 'requireSigned' | 'mayBeOlder' | 'keep'> {
  /** The same nodes; the signatures of blocks that they give are remembered. */
  readonly upstreams: Upstreams;
  /** For what is asked of blocks and their signatures besides. */
  blocks(): Promise<SignedBlocks>;
  /** The newest block of a healthy node that was not found to be unsigned a moment ago. Throws ChainUnavailable. */
  tip(request: TipRequest): Promise<Tip>;
  /** Of the newest block that a node has reported; undefined: there is none, or nothing is proved. Throws ChainUnavailable. */
  problem(signal: AbortSignal): Promise<SignatureProblem | undefined>;
}

/** How far below an unsigned block a signed one is looked for: so often is a reading begun again. */
const mostBelow = 4;

/** What needs no code that checks signatures: readers start, and answer from the cache, without it. */
export function createSignatureChecks({ upstreams: all, isOn, ...parts }: SignatureCheckParts): SignatureChecks {
  const seen = createSeenBlocks();
  const upstreams: Upstreams = isOn ? { ...all, call: noting } : all;
  let trust: Trust | undefined;
  let loading: Promise<Trust> | undefined;

  function noting<Value>(method: string, params: object, decode: Decode<Value>, options: CallOptions) {
    const noted = (answer: unknown) => {
      seen.note(method, answer);
      return decode(answer);
    };
    return all.call(method, params, noted, options);
  }

  const blocks = async (): Promise<SignedBlocks> =>
    (await import('./signed-blocks.ts')).createSignedBlocks(upstreams, seen);

  async function load(): Promise<Trust> {
    const [{ createTrust }, signedBlocks] = await Promise.all([import('./trust.ts'), blocks()]);
    trust = createTrust({ ...parts, upstreams: all, blocks: signedBlocks });
    return trust;
  }
  const loaded = (): Promise<Trust> => {
    loading ??= load();
    return loading;
  };

  return {
    upstreams,
    blocks,
    signedShare: async (block, signal, reported): Promise<number | ProofReason> =>
      (await loaded()).signedShare(block, signal, reported),
    async requireSigned(block, signal, reported) {
      if (isOn) await (await loaded()).requireSigned(block, signal, reported);
    },
    mayBeOlder: async (block, signal, reported) => (await loaded()).mayBeOlder(block, signal, reported),
    keep: async () => trust?.keep(),

    async problem(signal) {
      const [newest] = isOn ? reportedTips(all).sort((a, b) => b.height - a.height) : [];
      return newest && (await loaded()).problem(newest, signal);
    },

    async tip(request) {
      // Rule PROOF-4: what is trusted is on the chain, so that the newest block is no lower.
      const trusted = isOn && parts.unsigned === 'refuse' ? (trust?.newest() ?? parts.anchor) : null;
      const atLeast = Math.max(request.atLeast ?? 0, trusted?.height ?? 0);
      const tip = await upstreams.tip({ ...request, atLeast });
      const { block, from } = tip;
      if (trust?.hasRefused(block) !== true) return tip;
      const { signal } = request;
      // Rule PROOF-4: its node is not believed at this block. The one below may be signed.
      for (let height = block.height - 1; height >= Math.max(atLeast, block.height - mostBelow); height -= 1) {
        const params = { block_identifier: { Height: height } };
        const options = { signal, only: from, blame: false };
        const answered = await upstreams.call('chain_get_block', params, decodeHeader, options);
        if (!('value' in answered) || answered.value.pinned.height !== height) break;
        const { pinned } = answered.value;
        if (!trust.hasRefused(pinned)) return { block: pinned, from };
      }
      throw new ChainUnavailable(`block ${block.height} is not signed, and no block below it that can be read`);
    },
  };
}

const reportedTips = (upstreams: Upstreams): PinnedBlock[] =>
  upstreams.trusted().flatMap(({ reportedTip }) => reportedTip ?? []);
