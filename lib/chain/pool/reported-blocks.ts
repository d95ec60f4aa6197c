import type { Clock } from '../../domain/ports/telemetry.ts';

/** A block that a request is about: by its hash, or by its height alone. */
export interface BlockAsked {
  readonly height?: number;
  readonly hash?: string;
}

/**
 * Which blocks a node reported as its newest, and whether it turned out not to have one of them (rule ANSWER-5). Then its
 * status runs ahead of what it serves: the node itself does, or one address has several nodes behind it.
 */
export interface ReportedBlocks {
  /** `statusHeight`: the height that its status reported, where the block is a lower one. */
  noteReported(block: { readonly height: number; readonly hash: string }, statusHeight?: number): void;
  /** It reported the block, by its hash: one of the newest ones, because an older one may be pruned since. */
  hasReported(block: BlockAsked): boolean;
  /** The node does not have a block that it reported. */
  noteDenied(block: BlockAsked): void;
  isDenied(block: BlockAsked): boolean;
  /** By how many blocks its status runs ahead of what it serves, as far as is known; 0: it is believed. */
  readonly overstatedBy: number;
  /** How often it denied one. */
  readonly denials: number;
  /** It has denied no block for so long that its status may be believed again. */
  readonly mayBeBelieved: boolean;
  believe(): void;
}

const remembered = 16;
/** A reading may outlast a block or two. */
const stillNew = 2;
/** A node whose status runs further ahead is of no use. */
export const mostOverstated = 8;
/** Behind one address another node may answer each request, so one right answer proves little. */
const doubtMs = 60_000;

export function createReportedBlocks(clock: Clock): ReportedBlocks {
  const reported: { readonly height: number; readonly hash: string; statusHeight: number; denied?: boolean }[] = [];
  let overstatedBy = 0;
  let denials = 0;
  let deniedAt = Number.NEGATIVE_INFINITY;

  return {
    noteReported({ height, hash }, statusHeight = height) {
      const known = reported.find((block) => block.hash === hash);
      if (known !== undefined) {
        known.statusHeight = statusHeight;
        return;
      }
      reported.push({ height, hash, statusHeight });
      if (reported.length > remembered) reported.shift();
    },
    hasReported({ height = Number.POSITIVE_INFINITY, hash }) {
      if (hash === undefined) return reported.some((block) => block.height >= height);
      const newest = Math.max(...reported.map((block) => block.height));
      return reported.some((block) => block.hash === hash && newest - block.height <= stillNew);
    },
    noteDenied({ height, hash }) {
      const denied = reported.find((block) => (hash === undefined ? block.height === height : block.hash === hash));
      const ahead = denied === undefined ? 1 : denied.statusHeight - denied.height + 1;
      if (denied !== undefined) denied.denied = true;
      overstatedBy = Math.min(Math.max(overstatedBy, ahead), mostOverstated);
      denials += 1;
      deniedAt = clock.steady();
    },
    isDenied: ({ hash }) => reported.some((block) => block.hash === hash && block.denied === true),
    get overstatedBy() {
      return overstatedBy;
    },
    get denials() {
      return denials;
    },
    get mayBeBelieved() {
      return clock.steady() - deniedAt >= doubtMs;
    },
    believe() {
      overstatedBy = 0;
    },
  };
}
