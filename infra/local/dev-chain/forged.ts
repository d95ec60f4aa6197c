import { headerHash } from '../../../lib/chain/proof/header-hash.ts';
import { forgedTrie, otherAccount, otherDigits } from './forged-trie.ts';
import type { BlockAnswer, RecordedBlock, StoredValue, TransactionAnswer, Version } from './recorded.ts';
import type { Recording } from './recording.ts';

const made = new WeakMap<Recording, Map<string, Recording>>();

/**
 * The chain as nodes would show it that lie with all that they can make themselves: from a block on, each balance is another amount and
 * each token has another owner, with true proofs to the state roots, which stand in headers with true hashes, each the child of the one
 * before, and may name another era. The validators' signatures are those of the real blocks: no node can make others.
 */
export function forgedFrom(recording: Recording, from: number, eraId?: number): Recording {
  const known = made.get(recording) ?? new Map<string, Recording>();
  made.set(recording, known);
  const key = `${from} ${eraId}`;
  const forged = known.get(key) ?? forge(recording, from, eraId);
  known.set(key, forged);
  return forged;
}

function forge(recording: Recording, from: number, eraId: number | undefined): Recording {
  const trie = recording.trie && forgedTrie(recording.trie);
  const hashes = new Map<string, string>();
  const nameOf = (hash: string): string => hashes.get(hash) ?? hash;
  const blocks = recording.blocks.map((block): RecordedBlock => {
    const { header } = block;
    if (header.height < from) return block;
    const forged = {
      ...header,
      era_id: eraId ?? header.era_id,
      parent_hash: nameOf(header.parent_hash),
      state_root_hash: trie?.rootOf(header.state_root_hash) ?? header.state_root_hash,
      last_switch_block_hash: header.last_switch_block_hash && nameOf(header.last_switch_block_hash),
    };
    const hash = headerHash(forged);
    hashes.set(block.hash, hash);
    return { ...block, hash, header: forged };
  });
  return {
    ...recording,
    blocks,
    blockAnswers: recording.blockAnswers.map((answer, at) => withBlock(answer, blocks[at])),
    heightOfBlock: new Map(blocks.map(({ hash, header }) => [hash, header.height])),
    heightOfRoot: new Map(blocks.map(({ header }) => [header.state_root_hash, header.height])),
    state: new Map([...recording.state].map(([key, versions]) => [key, changedFrom(from, versions, otherValue(key))])),
    balances: new Map([...recording.balances].map(([purse, all]) => [purse, changedFrom(from, all, otherAmount)])),
    transactions: new Map([...recording.transactions].map(([key, answer]) => [key, inBlock(answer, nameOf)])),
    trie: trie?.trie,
  };
}

const withBlock = (answer: BlockAnswer, block: RecordedBlock | undefined): BlockAnswer =>
  block === undefined
    ? answer
    : { ...answer, block_with_signatures: { ...answer.block_with_signatures, block: { Version2: block } } };

const inBlock = (answer: TransactionAnswer, nameOf: (hash: string) => string): TransactionAnswer =>
  answer.execution_info && {
    ...answer,
    execution_info: { ...answer.execution_info, block_hash: nameOf(answer.execution_info.block_hash) },
  };

/** From the height on each version is changed, and the one that holds there too. */
function changedFrom<Value>(
  from: number,
  versions: readonly Version<Value>[],
  change: (value: Value) => Value,
): readonly Version<Value>[] {
  const changed = ({ height, value }: Version<Value>): Version<Value> =>
    value === undefined ? { height } : { height, value: change(value) };
  const earlier = versions.filter(({ height }) => height < from);
  const later = versions.filter(({ height }) => height >= from);
  const last = earlier.at(-1);
  const first = last === undefined || later[0]?.height === from ? [] : [changed({ ...last, height: from })];
  return [...earlier, ...first, ...later.map(changed)];
}

const otherAmount = (amount: string): string => (amount === '0' ? amount : String(BigInt(amount) ^ 1n));

interface WrittenValue {
  readonly cl_type: unknown;
  readonly bytes: string;
  readonly parsed: unknown;
}

/** As `forgedTrie` changes the bytes. */
const otherValue =
  (key: string) =>
  (stored: StoredValue): StoredValue => {
    const value = stored.CLValue as WrittenValue | undefined;
    if (value === undefined) return stored;
    if (key.startsWith('balance-')) return { CLValue: { ...value, ...otherBalance(value) } };
    if (!key.startsWith('dictionary-') || value.cl_type !== 'Key' || !/^00.{64}$/.test(value.bytes)) return stored;
    const account = otherAccount(value.bytes.slice(2));
    return { CLValue: { ...value, bytes: `00${account}`, parsed: `account-hash-${account}` } };
  };

const otherBalance = ({ bytes, parsed }: WrittenValue) => ({
  bytes: otherDigits(bytes),
  parsed: otherAmount(String(parsed)),
});
