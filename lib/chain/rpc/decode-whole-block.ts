import { type DecodedHeader, decodeHeader, hex64, versioned } from './decode-block.ts';
import { known, list, type Shape, shape } from './json-shape.ts';
import { isWholeBody } from './whole-body.ts';

export interface DecodedBlock extends DecodedHeader {
  readonly transactions: readonly { readonly type: 'Version1' | 'Deploy'; readonly hash: string }[];
  /** Whether the header's hash shows that all transactions were sent; undefined where it cannot show it. */
  readonly isWhole: boolean | undefined;
}

/** The whole block, with its transactions. */
export function decodeBlock(result: unknown): DecodedBlock {
  const { isVersion2, block } = versioned(result);
  const body = shape(block.body, 'a block body');
  const transactions = isVersion2 ? version2Transactions(body) : version1Transactions(body);
  const { body_hash: bodyHash } = shape(block.header, 'a block header');
  return { ...decodeHeader(result), transactions, isWhole: isVersion2 ? isWholeBody(body, bodyHash) : undefined };
}

/** Lanes by number, each a list of tagged hashes. */
const version2Transactions = (body: Shape): DecodedBlock['transactions'] =>
  Object.values(shape(body.transactions, 'transactions')).flatMap((lane) =>
    list(lane, 'a lane').map((entry) => {
      const [type, hash] = known(entry, ['Version1', 'Deploy'], 'a transaction');
      return { type, hash: hex64(hash, 'a transaction hash') };
    }),
  );

const version1Transactions = (body: Shape): DecodedBlock['transactions'] =>
  [...list(body.deploy_hashes, 'deploys'), ...list(body.transfer_hashes, 'transfers')].map((hash) => ({
    type: 'Deploy',
    hash: hex64(hash, 'a deploy hash'),
  }));
