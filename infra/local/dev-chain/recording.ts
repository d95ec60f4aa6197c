import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseRecordedJson } from './exact-json.ts';
import { purseAddress, recordedKey } from './keys.ts';
import type {
  BlockAnswer,
  EraSummary,
  Meta,
  RecordedBlock,
  RewardLine,
  StoredValue,
  TransactionAnswer,
  Version,
} from './recorded.ts';
import { createTrie, type Trie } from './trie.ts';

export type RecordingName = 'chain-a' | 'chain-d' | 'chain-e';

/** A recorded chain, indexed for requests. It is never changed, so all nodes of a process share one. */
export interface Recording {
  readonly meta: Meta;
  readonly lastHeight: number;
  readonly blockAnswers: readonly BlockAnswer[];
  readonly blocks: readonly RecordedBlock[];
  readonly heightOfBlock: ReadonlyMap<string, number>;
  readonly heightOfRoot: ReadonlyMap<string, number>;
  readonly state: ReadonlyMap<string, readonly Version<StoredValue>[]>;
  readonly balances: ReadonlyMap<string, readonly Version<string>[]>;
  readonly transactions: ReadonlyMap<string, TransactionAnswer>;
  readonly eras: ReadonlyMap<number, EraSummary>;
  readonly rewards: ReadonlyMap<string, RewardLine>;
  /** Of a recording with proofs. */
  readonly trie: Trie | undefined;
}

const loaded = new Map<RecordingName, Recording>();

export function loadRecording(name: RecordingName): Recording {
  const known = loaded.get(name) ?? read(fileURLToPath(new URL(`../recordings/${name}`, import.meta.url)));
  loaded.set(name, known);
  return known;
}

export function rewardKey(height: number, validator: string, delegator: string | null): string {
  return `${height} ${validator} ${delegator ?? '-'}`;
}

function read(folder: string): Recording {
  const lines = <T>(name: string): T[] =>
    readFileSync(join(folder, `${name}.jsonl`), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => parseRecordedJson(line) as T);

  const blockAnswers = lines<BlockAnswer>('blocks');
  const blocks = blockAnswers.map((answer) => answer.block_with_signatures.block.Version2);
  const state = lines<{ key: string; versions: Version<StoredValue>[] }>('state');
  const balances = lines<{ purse: string; versions: { height: number; balance?: string }[] }>('balances');
  const eras = lines<{ height: number; summary: { era_summary?: EraSummary } }>('eras');
  return {
    meta: JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8')) as Meta,
    lastHeight: blocks.length - 1,
    blockAnswers,
    blocks,
    heightOfBlock: new Map(blocks.map((block) => [block.hash, block.header.height])),
    heightOfRoot: new Map(blocks.map((block) => [block.header.state_root_hash, block.header.height])),
    state: new Map(state.map(({ key, versions }) => [recordedKey(key), versions])),
    balances: new Map(balances.map(({ purse, versions }) => [purseAddress(purse), versions.map(balanceVersion)])),
    transactions: new Map(lines<TransactionAnswer>('transactions').map((answer) => [transactionKey(answer), answer])),
    eras: new Map(eras.flatMap(({ height, summary: { era_summary } }) => (era_summary ? [[height, era_summary]] : []))),
    rewards: new Map(
      lines<RewardLine>('rewards').map((line) => [rewardKey(line.height, line.validator, line.delegator), line]),
    ),
    trie: existsSync(join(folder, 'trie.jsonl')) ? createTrie(lines('trie')) : undefined,
  };
}

function balanceVersion({ height, balance }: { height: number; balance?: string }): Version<string> {
  return balance === undefined ? { height } : { height, value: balance };
}

function transactionKey({ transaction }: TransactionAnswer): string {
  const [kind, body] = Object.entries(transaction)[0] ?? [];
  return `${kind} ${body?.hash}`;
}
