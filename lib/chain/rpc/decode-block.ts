import type { PinnedBlock } from '../../domain/block.ts';
import { instant, integer, known, list, malformed, type Shape, shape, text } from './json-shape.ts';

/** The answer of `info_get_status`. */
export interface NodeStatus {
  readonly network: string;
  readonly reactorState: string;
  readonly tip: PinnedBlock;
  /** The highest and the lowest block whose state the node holds. */
  readonly highest: number;
  readonly lowest: number;
}

export function decodeStatus(result: unknown): NodeStatus {
  const status = shape(result, 'a status');
  const last = shape(status.last_added_block_info, 'a last block');
  const height = integer(last.height, 'a height');
  const range = shape(status.available_block_range ?? { low: 0, high: height }, 'a block range');
  return {
    network: text(status.chainspec_name, 'a network'),
    reactorState: text(status.reactor_state, 'a reactor state'),
    tip: {
      height,
      hash: hex64(last.hash, 'a block hash'),
      timestamp: instant(last.timestamp, 'a block timestamp'),
      eraId: integer(last.era_id, 'an era'),
      proposer: text(last.creator ?? '', 'a proposer'),
    },
    highest: integer(range.high, 'a highest block'),
    lowest: integer(range.low, 'a lowest block'),
  };
}

/** What is read of a block by everybody who does not follow what its transactions wrote. */
export interface DecodedHeader {
  readonly pinned: PinnedBlock;
  readonly parentHash: string;
  readonly protocolVersion: string;
  /** Public keys of the next era's validators; null unless it is a switch block. */
  readonly nextEraValidators: readonly string[] | null;
  /** The newest switch block below this one; null for 1.x blocks, which do not name it. */
  readonly lastSwitchBlockHash: string | null;
}

/**
 * The header of a block. Rule ANSWER-3: its transactions are not looked at, so a kind of transaction that is not known here
 * stops no caller who does not need them.
 */
export function decodeHeader(result: unknown): DecodedHeader {
  const { isVersion2, block } = versioned(result);
  const header = shape(block.header, 'a block header');
  const isLeftOut = header.era_end == null && (header.era_end === null || !isVersion2);
  const end = isLeftOut ? null : shape(header.era_end, 'an era end');
  const last = isVersion2 ? header.last_switch_block_hash : null;
  return {
    pinned: pinned(block, header, isVersion2 ? header.proposer : shape(block.body, 'a block body').proposer),
    parentHash: hex64(header.parent_hash, 'a parent hash'),
    protocolVersion: text(header.protocol_version, 'a protocol version'),
    nextEraValidators: end && list(end.next_era_validator_weights, 'weights').map(validatorOf),
    lastSwitchBlockHash: last == null ? null : hex64(last, 'a switch block'),
  };
}

/** A block as 2.x nodes send it (Version2, or Version1 for blocks made under 1.x), or without a version as 1.x nodes did. */
export function versioned(result: unknown): { readonly isVersion2: boolean; readonly block: Shape } {
  const answer = shape(result, 'a block');
  const signed = answer.block_with_signatures;
  if (signed === undefined) return { isVersion2: false, block: shape(answer.block, 'a block') };
  const [version, block] = known(shape(signed, 'a block').block, ['Version1', 'Version2'], 'a block');
  return { isVersion2: version === 'Version2', block: shape(block, 'a block') };
}

const validatorOf = (entry: unknown): string => text(shape(entry, 'a weight').validator, 'a validator');

const pinned = (block: Shape, header: Shape, proposer: unknown): PinnedBlock => ({
  height: integer(header.height, 'a height'),
  hash: hex64(block.hash, 'a block hash'),
  timestamp: instant(header.timestamp, 'a block timestamp'),
  eraId: integer(header.era_id, 'an era'),
  proposer: text(proposer, 'a proposer'),
});

export function hex64(value: unknown, what: string): string {
  const hash = text(value, what);
  return /^[0-9a-f]{64}$/.test(hash) ? hash : malformed(what);
}
