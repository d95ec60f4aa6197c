import { dictionaryItemKey, purseAddress, recordedKey } from '../../infra/local/dev-chain/keys.ts';
import type {
  BlockAnswer,
  NamedKey,
  StoredValue,
  TransactionAnswer,
  Version,
} from '../../infra/local/dev-chain/recorded.ts';
import { loadRecording, type Recording } from '../../infra/local/dev-chain/recording.ts';
import type { Given, GivenTokens, GivenTransaction, Placed } from './case.ts';
import { withMembers } from './members.ts';

/** The recorded chain with all that a case gives: its state, effects, balances, blocks, transactions and tokens. */
export function amendedChain(given: Given): Recording {
  const base = loadRecording(given.base);
  const blockAnswers = [...base.blockAnswers];
  const transactions = new Map(base.transactions);
  const replaceBlock = (height: number, amend: (answer: BlockAnswer) => BlockAnswer): void => {
    const answer = blockAnswers[height];
    if (answer === undefined) throw new Error(`no block ${height}`);
    blockAnswers[height] = amend(answer);
  };
  const add = (transaction: GivenTransaction): void => {
    const { hash, kind, height } = transaction;
    transactions.set(`${kind} ${hash}`, transactionOf(transaction, base));
    const lane = `${inBlock}.body.transactions.3`;
    const others = blockOf(blockAnswers, height).body.transactions['3'] ?? [];
    replaceBlock(height, (answer) => withMembers(answer, { [lane]: [...others, { [kind]: hash }] }));
  };

  for (const transaction of given.transactions ?? []) add(transaction);
  for (const [height, effects] of byHeight(given.effects ?? [])) {
    const found = transactionIn(height, transactions);
    if (found === undefined) add({ hash: madeHash(height), kind: 'Version1', height, effects });
    else transactions.set(found, withEffects(transactions.get(found), effects));
  }
  for (const { height, set } of given.blocks ?? []) {
    const members = Object.fromEntries(Object.entries(set).map(([path, value]) => [`${inBlock}.${path}`, value]));
    replaceBlock(height, (answer) => withMembers(answer, members));
  }
  const state = new Map(base.state);
  for (const [key, versions] of tokensOf(given.tokens, base)) state.set(key, versions);
  const values = (given.state ?? []).map(({ key, height, stored_value }) => ({
    key: recordedKey(key),
    height,
    value: storedValue(stored_value, given),
  }));
  const balances = (given.balances ?? []).map(({ purse, height, balance }) => ({
    key: purseAddress(purse),
    height,
    value: balance,
  }));
  const blocks = blockAnswers.map((answer) => answer.block_with_signatures.block.Version2);
  return {
    ...base,
    blockAnswers,
    blocks,
    transactions,
    state: fromThenOn(state, values),
    balances: fromThenOn(base.balances, balances),
  };
}

const inBlock = 'block_with_signatures.block.Version2';

function blockOf(answers: readonly BlockAnswer[], height: number) {
  const block = answers[height]?.block_with_signatures.block.Version2;
  if (block === undefined) throw new Error(`no block ${height}`);
  return block;
}

/** A recorded transaction of that kind, with another hash, block and result. */
function transactionOf({ hash, kind, height, execution_result, effects, set = {} }: GivenTransaction, base: Recording) {
  const like = [...base.transactions].find(([key]) => key.startsWith(`${kind} `))?.[1];
  return withMembers(like as TransactionAnswer, {
    [`transaction.${kind}.hash`]: hash,
    'execution_info.block_height': height,
    'execution_info.block_hash': blockOf(base.blockAnswers, height).hash,
    ...(execution_result === undefined ? {} : { 'execution_info.execution_result': execution_result }),
    ...(effects === undefined ? {} : { [effectsPath]: effects }),
    ...set,
  });
}

const effectsPath = 'execution_info.execution_result.Version2.effects';

const transactionIn = (height: number, transactions: ReadonlyMap<string, TransactionAnswer>): string | undefined =>
  [...transactions].find(([, { execution_info }]) => execution_info.block_height === height)?.[0];

function withEffects(answer: TransactionAnswer | undefined, effects: readonly object[]): TransactionAnswer {
  const result = answer?.execution_info.execution_result.Version2 as
    | { readonly effects: readonly object[] }
    | undefined;
  return withMembers(answer as TransactionAnswer, { [effectsPath]: [...(result?.effects ?? []), ...effects] });
}

const madeHash = (height: number): string => height.toString(16).padStart(64, 'e');

function byHeight(effects: NonNullable<Given['effects']>): Map<number, object[]> {
  const grouped = new Map<number, object[]>();
  for (const { height, ...effect } of effects) grouped.set(height, [...(grouped.get(height) ?? []), effect]);
  return grouped;
}

/** From the first given height of a key on, the recorded versions give way to the given ones. */
function fromThenOn<T>(
  recorded: ReadonlyMap<string, readonly Version<T>[]>,
  given: readonly Placed<{ readonly key: string; readonly value: T }>[],
): Map<string, readonly Version<T>[]> {
  const all = new Map(recorded);
  for (const key of new Set(given.map((each) => each.key))) {
    const versions = given.filter((each) => each.key === key).map(({ height, value }) => ({ height, value }));
    const first = Math.min(...versions.map(({ height }) => height));
    all.set(key, [...(recorded.get(key) ?? []).filter(({ height }) => height < first), ...versions]);
  }
  return all;
}

/** The items that token 0 has in the contract's dictionaries, for each further token. */
function* tokensOf(given: GivenTokens | undefined, { state }: Recording): Generator<[string, Version<StoredValue>[]]> {
  if (given === undefined) return;
  const { contract, from, count, owner, metadataBytes } = given;
  const dictionaries = namedKeys(state.get(`hash-${contract}`)).filter(({ key }) => key.startsWith('uref-'));
  for (const { name, key } of dictionaries) {
    const like = state.get(dictionaryItemKey(key, '0'))?.findLast(({ value }) => value !== undefined)?.value;
    if (like === undefined) continue;
    const value =
      name === 'token_owners' ? keyValue(owner) : name.startsWith('metadata_') ? text(metadataBytes, 0) : like;
    for (let id = from; id < from + count; id += 1) yield [dictionaryItemKey(key, String(id)), [{ height: 0, value }]];
  }
}

const namedKeys = (versions: readonly Version<StoredValue>[] | undefined): readonly NamedKey[] =>
  versions?.findLast(({ value }) => value !== undefined)?.value?.Contract?.named_keys ?? [];

const keyValue = (accountHash: string): StoredValue => ({
  CLValue: { cl_type: 'Key', bytes: `00${accountHash.slice('account-hash-'.length)}`, parsed: accountHash },
});

const storedValue = (value: object | string, { largeMetadata }: Given): StoredValue =>
  typeof value === 'string' ? text(largeMetadata?.bytes ?? 0, Number(value.slice('@metadata'.length))) : value;

/** A JSON document of so many bytes, as text. Each number gives another document. */
function text(bytes: number, number: number): StoredValue {
  const frame = JSON.stringify({ number, name: '' }).length;
  const parsed = JSON.stringify({ number, name: 'x'.repeat(Math.max(0, bytes - frame)) });
  const length = Buffer.alloc(4);
  length.writeUInt32LE(parsed.length);
  return {
    CLValue: { cl_type: 'String', bytes: Buffer.concat([length, Buffer.from(parsed)]).toString('hex'), parsed },
  };
}
