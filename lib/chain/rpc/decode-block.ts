import type { PinnedBlock } from '../../domain/block.ts';
import { instant, integer, list, malformed, type Shape, shape, text, variant } from './json-shape.ts';

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

export interface DecodedBlock {
  readonly pinned: PinnedBlock;
  readonly parentHash: string;
  readonly protocolVersion: string;
  readonly transactions: readonly { readonly type: 'Version1' | 'Deploy'; readonly hash: string }[];
  /** Public keys of the next era's validators; null unless it is a switch block. */
  readonly nextEraValidators: readonly string[] | null;
  /** The newest switch block below this one; null for 1.x blocks, which do not name it. */
  readonly lastSwitchBlockHash: string | null;
}

/** A block as 2.x nodes send it (Version2, or Version1 for blocks made under 1.x), or without a version as 1.x nodes did. */
export function decodeBlock(result: unknown): DecodedBlock {
  const answer = shape(result, 'a block');
  const signed = answer.block_with_signatures;
  if (signed === undefined) return decodeVersion1(shape(answer.block, 'a block'));
  const [version, block] = variant(shape(signed, 'a block').block, 'a block version');
  if (version === 'Version1') return decodeVersion1(shape(block, 'a block'));
  if (version === 'Version2') return decodeVersion2(shape(block, 'a block'));
  return malformed(`a known block version (it is ${version})`);
}

function decodeVersion2(block: Shape): DecodedBlock {
  const header = shape(block.header, 'a block header');
  const lanes = shape(shape(block.body, 'a block body').transactions, 'transactions');
  const end = header.era_end === null ? null : shape(header.era_end, 'an era end');
  return {
    ...common(header),
    pinned: pinned(block, header, header.proposer),
    transactions: Object.values(lanes).flatMap((lane) =>
      list(lane, 'a lane').map((entry) => {
        const [type, hash] = variant(entry, 'a transaction hash');
        if (type !== 'Version1' && type !== 'Deploy') malformed(`a known kind of transaction (it is ${type})`);
        return { type, hash: hex64(hash, 'a transaction hash') };
      }),
    ),
    nextEraValidators: end && list(end.next_era_validator_weights, 'weights').map(validatorOf),
    lastSwitchBlockHash:
      header.last_switch_block_hash == null ? null : hex64(header.last_switch_block_hash, 'a switch block'),
  };
}

function decodeVersion1(block: Shape): DecodedBlock {
  const header = shape(block.header, 'a block header');
  const body = shape(block.body, 'a block body');
  const end = header.era_end == null ? null : shape(header.era_end, 'an era end');
  const hashes = [...list(body.deploy_hashes, 'deploys'), ...list(body.transfer_hashes, 'transfers')];
  return {
    ...common(header),
    pinned: pinned(block, header, body.proposer),
    transactions: hashes.map((hash) => ({ type: 'Deploy', hash: hex64(hash, 'a deploy hash') })),
    nextEraValidators: end && list(end.next_era_validator_weights, 'weights').map(validatorOf),
    lastSwitchBlockHash: null,
  };
}

const validatorOf = (entry: unknown): string => text(shape(entry, 'a weight').validator, 'a validator');

const common = (header: Shape) => ({
  parentHash: hex64(header.parent_hash, 'a parent hash'),
  protocolVersion: text(header.protocol_version, 'a protocol version'),
});

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
