import type { PinnedBlock } from '../../domain/block.ts';
import type { Upstream } from '../pool/upstream.ts';
import type { Upstreams } from '../pool/upstreams.ts';
import { type DecodedHeader, decodeHeader } from '../rpc/decode-block.ts';
import { type DecodedBlock, decodeBlock } from '../rpc/decode-whole-block.ts';

/** How blocks and what they wrote are taken from what nodes send: proved, or as nodes claim it. */
export interface BlockSources {
  /** From an answer of `chain_get_block`. */
  header(answer: unknown): DecodedHeader;
  block(answer: unknown): ReadBlock;
  /** The results of all its transactions, in order. */
  results<Result extends ReadResult>(asked: ResultsAsked<Result>): Promise<TakenResults<Result>>;
}

export interface ReadBlock extends DecodedBlock {
  /** Whether header and list of transactions are proved (rule PROOF-6). */
  readonly isProved: boolean;
}

/** The result of one transaction. */
export interface ReadResult {
  readonly from: Upstream;
  /** As the node sent it. */
  readonly json: unknown;
}

export interface ResultsAsked<Result extends ReadResult> {
  readonly block: ReadBlock;
  readonly upstreams: Upstreams;
  readonly prefer: Upstream | undefined;
  readonly signal: AbortSignal;
  /** Asks these nodes. `isChecked`: they are held against what the block proves, so that no result is passed over for what it lacks. */
  readonly read: (upstreams: Upstreams, isChecked: boolean) => Promise<readonly Result[]>;
}

export interface TakenResults<Result> {
  readonly results: readonly Result[];
  readonly areProved: boolean;
}

/** Called where the results of a block whose list of transactions is proved could not be, and are taken as a node says. */
export type OnUnproved = (block: PinnedBlock, why: string) => void;

export const claimedSources: BlockSources = {
  header: decodeHeader,
  block: (answer) => ({ ...decodeBlock(answer), isProved: false }),
  results: async ({ upstreams, read }) => ({ results: await read(upstreams, false), areProved: false }),
};
