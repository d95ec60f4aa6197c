import { existsSync, readFileSync } from 'node:fs';
import { blake2b } from '@noble/hashes/blake2.js';
import type { RecordingName } from '../../infra/local/dev-chain/recording.ts';

/**
 * What every answer's `data` must be at a height, computed from a recording's raw files alone: nothing of the service
 * is used, and CLValues are taken as the node parsed them, where the service decodes their bytes.
 */
export interface RecordedTruth {
  readonly lastHeight: number;
  /** Its node answered with Merkle proofs, and its blocks have the validators' signatures. */
  readonly hasProofs: boolean;
  readonly collections: readonly { readonly alias: string; readonly packageHash: string }[];
  /** Every token that ever was, in the order of its first write. */
  readonly tokens: readonly Token[];
  /** Every account that a key of the recording or its list of accounts names. */
  readonly accounts: readonly { readonly id: string; readonly publicKey: string | undefined }[];
  readonly transactions: readonly RecordedTransaction[];
  readonly switchBlocks: readonly number[];
  readonly dictionaryWrites: readonly DictionaryWrite[];
  block(height: number): { readonly height: number; readonly hash: string; readonly timestamp: string };
  asset(token: Token, height: number): Json | null;
  /** `collection`: the package hash. */
  collection(packageHash: string, height: number): Json | null;
  account(id: string, height: number): Json | null;
  staking(id: string, height: number, liquid?: LiquidSettings): Json | null;
  transaction(hash: string, height: number): Json | null;
  /** The newest contract of a package that is not disabled. */
  contractHash(packageHash: string, height: number): string | undefined;
  /** The parsed value under a named key of a package's newest contract. */
  named(packageHash: string, name: string, height: number): unknown;
  /** The address of the URef under it: of a dictionary, its seed. */
  seed(packageHash: string, name: string, height: number): string;
}

export interface Token {
  readonly collection: string;
  readonly packageHash: string;
  readonly tokenId: string;
}

export interface RecordedTransaction {
  readonly hash: string;
  readonly kind: 'Version1' | 'Deploy';
  readonly height: number;
  readonly errorMessage: string | null;
}

export interface DictionaryWrite {
  readonly key: string;
  readonly seed: string;
  readonly item: string;
  readonly height: number;
}

export interface LiquidSettings {
  readonly package: string;
  readonly balances: string;
  readonly decimals: number;
  readonly rate:
    | { readonly numerator: string; readonly denominator: string }
    | { readonly value: string; readonly scale: number };
}

export type Json = Readonly<Record<string, unknown>>;
// biome-ignore lint/suspicious/noExplicitAny: recorded JSON of many shapes
type Raw = any;
interface Version {
  readonly height: number;
  readonly value?: Raw;
  readonly balance?: string;
}

const folder = new URL('../../infra/local/recordings/', import.meta.url);

export function recordedTruth(recording: RecordingName): RecordedTruth {
  const lines = (name: string): Raw[] =>
    readFileSync(new URL(`${recording}/${name}.jsonl`, folder), 'utf8')
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  const meta: Raw = JSON.parse(readFileSync(new URL(`${recording}/meta.json`, folder), 'utf8'));

  const blocks = lines('blocks').map(({ block_with_signatures: { block } }) => block.Version2);
  const states = new Map<string, Version[]>(lines('state').map(({ key, versions }) => [key, versions]));
  const balances = new Map<string, Version[]>(lines('balances').map(({ purse, versions }) => [purse, versions]));
  const executed = new Map<string, Raw>(lines('transactions').map((line) => [transactionHash(line), line]));
  const rewarded: readonly Raw[] = lines('rewards');

  const at = (key: string, height: number): Raw => versionAt(states.get(key), height)?.value;
  const parsed = (key: string, height: number): Raw => at(key, height)?.CLValue?.parsed;
  const written = (key: string, height: number): boolean => at(key, height) !== undefined;

  function contractHash(packageHash: string, height: number): string | undefined {
    const held = at(`hash-${packageHash}`, height)?.ContractPackage;
    const disabled = (held?.disabled_versions ?? []).map(String);
    return held?.versions
      .filter((one: Raw) => !disabled.includes(`${one.protocol_version_major},${one.contract_version}`))
      .at(-1)
      ?.contract_hash.replace('contract-', '');
  }

  function namedKey(packageHash: string, name: string, height: number): string | undefined {
    const { named_keys: keys = [] } = at(`hash-${contractHash(packageHash, height)}`, height)?.Contract ?? {};
    return keys.find((entry: Raw) => entry.name === name)?.key;
  }

  function named(packageHash: string, name: string, height: number): Raw {
    const key = namedKey(packageHash, name, height);
    return key === undefined ? undefined : parsed(`uref-${address(key)}-000`, height);
  }

  const seed = (packageHash: string, name: string, height: number): string =>
    address(namedKey(packageHash, name, height) ?? '');

  const dictionaryWrites = [...executed.values()].flatMap(({ execution_info: { block_height, execution_result } }) =>
    execution_result.Version2.effects.flatMap(({ key, kind }: Raw) =>
      key.startsWith('dictionary-') && kind.Write ? [dictionaryWrite(key, kind.Write.CLValue.bytes, block_height)] : [],
    ),
  );

  const lastHeight = blocks.length - 1;
  const collections = [...states.keys()]
    .filter((key) => at(key, lastHeight)?.ContractPackage)
    .map((key) => key.replace('hash-', ''))
    .filter((hash) => namedKey(hash, 'token_owners', lastHeight))
    .map((packageHash) => ({ alias: named(packageHash, 'collection_name', lastHeight) as string, packageHash }));

  const tokens = collections.flatMap(({ alias: collection, packageHash }) => {
    const owners = seed(packageHash, 'token_owners', lastHeight);
    const ids = dictionaryWrites.filter((write) => write.seed === owners).map(({ item }) => item);
    return [...new Set(ids)].map((tokenId) => ({ collection, packageHash, tokenId }));
  });

  const publicKeys = new Map<string, string>(
    Object.values<Raw>(meta.accounts).map(({ accountHash, publicKey }) => [accountHash, publicKey]),
  );
  const accountIds = [...publicKeys.keys(), ...[...states.keys()].filter((key) => key.startsWith('account-hash-'))];

  function asset({ collection, packageHash, tokenId }: Token, height: number): Json | null {
    const item = (dictionary: string): string => itemKey(seed(packageHash, dictionary, height), tokenId);
    if (!written(item('token_owners'), height)) return null;
    const kind = named(packageHash, 'nft_metadata_kind', height) as number;
    const metadataIn = ['metadata_cep78', 'metadata_nft721', 'metadata_raw', 'metadata_custom_validated'][kind] ?? '';
    const metadata = objectOrText(parsed(item(metadataIn), height) ?? null);
    const burnt = written(item('burnt_tokens'), height);
    return {
      kind: 'asset',
      id: `${packageHash}:${tokenId}`,
      collection,
      standard: 'cep78',
      packageHash,
      contractHash: contractHash(packageHash, height) ?? null,
      tokenId,
      owner: burnt ? null : parsed(item('token_owners'), height),
      burnt,
      approved: burnt ? null : (parsed(item('approved'), height) ?? null),
      metadata,
      assetValue: metadata?.assetValue ?? null,
      verified: metadata?.verified ?? null,
      local: null,
    };
  }

  function collection(packageHash: string, height: number): Json | null {
    const contract = contractHash(packageHash, height);
    if (contract === undefined) return null;
    const text = (name: string): string | null => {
      const value = named(packageHash, name, height);
      return value === undefined ? null : String(value);
    };
    return {
      kind: 'collection',
      id: packageHash,
      alias: collections.find((one) => one.packageHash === packageHash)?.alias ?? null,
      packageHash,
      contractHash: contract,
      standard: 'cep78',
      name: text('collection_name'),
      symbol: text('collection_symbol'),
      supply: text('total_token_supply'),
      minted: text('number_of_minted_tokens'),
      tokens: null,
      local: null,
    };
  }

  function account(id: string, height: number): Json | null {
    const mainPurse: string | undefined = at(id, height)?.Account?.main_purse;
    if (mainPurse === undefined) return null;
    const balance = versionAt(balances.get(mainPurse), height)?.balance ?? '';
    const total = amount(balance);
    return { kind: 'account', id, mainPurse, balance: total, total, available: total, holds: [], local: null };
  }

  function staking(id: string, height: number, liquid?: LiquidSettings): Json | null {
    if (!written(id, height)) return null;
    const hash = id.replace('account-hash-', '');
    const bids = (tag: string): Raw[] =>
      [...states.keys()]
        .filter((key) => key.startsWith(`bid-addr-${tag}`) && key.endsWith(hash))
        .flatMap((key) => Object.values(at(key, height)?.BidKind ?? {}))
        .sort((a: Raw, b: Raw) => (a.validator_public_key < b.validator_public_key ? -1 : 1));
    const delegations = bids('02');
    const bid = at(`bid-addr-01${hash}`, height)?.BidKind.Validator;
    return {
      kind: 'staking',
      id,
      totalStaked: amount(sum(delegations.map((delegation) => delegation.staked_amount))),
      delegations: delegations.map((delegation) => ({
        validator: delegation.validator_public_key,
        staked: amount(delegation.staked_amount),
      })),
      unbondings: bids('07').flatMap(({ validator_public_key: validator, eras: unbonded }) =>
        unbonded.map((era: Raw) => ({
          validator,
          amount: amount(era.amount),
          eraOfCreation: era.era_of_creation,
          redelegatesTo: era.new_validator,
        })),
      ),
      bid: bid
        ? { staked: amount(bid.staked_amount), delegationRate: bid.delegation_rate, inactive: bid.inactive }
        : null,
      complete: false,
      rewards: rewards(id, height),
      liquid: liquid === undefined ? null : liquidPosition(hash, height, liquid),
      local: null,
    };
  }

  /** What the node said of each validator and delegator, one by one: the service reads the era's whole list. */
  function rewards(id: string, height: number): Json | null {
    const ended = lastEnded(height);
    if (ended === 0) return null;
    const given = rewarded.filter((line) => line.height === ended && line.result !== undefined);
    const own = given.filter(({ validator, delegator }) => accountHashOf(delegator ?? validator) === id);
    return { era: given[0]?.result.era_id, amount: amount(sum(own.map(({ result }) => result.reward_amount))) };
  }

  const lastEnded = (height: number): number => switchBlocks.findLast((switchBlock) => switchBlock <= height) ?? 0;

  function liquidPosition(hash: string, height: number, { package: held, ...settings }: LiquidSettings): Json | null {
    if (namedKey(held, settings.balances, height) === undefined) return null;
    const item = Buffer.from(`00${hash}`, 'hex').toString('base64');
    const balance = String(parsed(itemKey(seed(held, settings.balances, height), item), height) ?? 0);
    const { rate } = settings;
    const number = (name: string): bigint => BigInt(named(held, name, height));
    const numerator = number('value' in rate ? rate.value : rate.numerator);
    const denominator = 'value' in rate ? 10n ** BigInt(rate.scale) : number(rate.denominator);
    if (denominator === 0n) return { balance, exchangeRate: null, value: null };
    const motes = (BigInt(balance) * numerator * 10n ** 9n) / (denominator * 10n ** BigInt(settings.decimals));
    return {
      balance,
      exchangeRate: decimal((numerator * 10n ** 18n) / denominator, 18),
      value: amount(motes.toString()),
    };
  }

  function transaction(hash: string, height: number): Json | null {
    const { transaction: held, execution_info: info } = executed.get(hash) ?? {};
    // A node of the dev chain knows a transaction from the block before its own.
    if (info === undefined || info.block_height > height + 1) return null;
    const isDeploy = held.Deploy !== undefined;
    const { timestamp, ttl } = isDeploy ? held.Deploy.header : held.Version1.payload;
    const initiator = isDeploy
      ? held.Deploy.header.account
      : Object.values(held.Version1.payload.initiator_addr as object)[0];
    const pending = info.block_height > height;
    const result = pending ? undefined : info.execution_result.Version2;
    return {
      kind: 'transaction',
      id: hash,
      hash,
      type: isDeploy ? 'Deploy' : 'Version1',
      status: pending ? 'pending' : result.error_message === null ? 'processed' : 'failed',
      initiator,
      timestamp,
      ttl,
      executedAt: pending ? null : { height: info.block_height, hash: info.block_hash },
      cost: pending ? null : amount(result.cost),
      consumed: pending ? null : result.consumed,
      refund: pending ? null : amount(result.refund),
      errorMessage: pending ? null : result.error_message,
      transfers: (result?.transfers ?? []).map(({ Version2: transfer }: Raw) => ({
        from: transfer.from.AccountHash ?? accountHashOf(transfer.from.PublicKey),
        to: transfer.to,
        amount: amount(transfer.amount),
        id: transfer.id === null ? null : String(transfer.id),
      })),
      local: null,
    };
  }

  const switchBlocks = blocks.filter(({ header }) => header.era_end).map(({ header }) => header.height as number);

  return {
    lastHeight,
    hasProofs: existsSync(new URL(`${recording}/trie.jsonl`, folder)),
    collections,
    tokens,
    accounts: [...new Set(accountIds)].map((id) => ({ id, publicKey: publicKeys.get(id) })),
    transactions: [...executed].map(([hash, { transaction: held, execution_info: info }]) => ({
      hash,
      kind: held.Deploy === undefined ? 'Version1' : 'Deploy',
      height: info.block_height,
      errorMessage: info.execution_result.Version2.error_message,
    })),
    switchBlocks,
    dictionaryWrites,
    block: (height) => ({ height, hash: blocks[height].hash, timestamp: blocks[height].header.timestamp }),
    asset,
    collection,
    account,
    staking,
    transaction,
    contractHash,
    named,
    seed,
  };
}

/** The dictionary key of an item: blake2b-256 of the seed's address and the item's key. */
export const itemKey = (seed: string, item: string): string =>
  `dictionary-${blake(Buffer.concat([Buffer.from(seed, 'hex'), Buffer.from(item)]))}`;

export function accountHashOf(publicKey: string): string {
  const algorithm = publicKey.startsWith('01') ? 'ed25519' : 'secp256k1';
  const raw = Buffer.from(publicKey.slice(2), 'hex');
  return `account-hash-${blake(Buffer.concat([Buffer.from(`${algorithm}\0`), raw]))}`;
}

/** A write is the value with its length and type, then the seed and the item's key, each with its length. */
function dictionaryWrite(key: string, bytes: string, height: number): DictionaryWrite {
  const all = Buffer.from(bytes, 'hex');
  for (let from = 4 + all.readUInt32LE(0) + 1; from + 40 <= all.length; from += 1) {
    const itemFrom = from + 4 + 32 + 4;
    if (all.readUInt32LE(from) !== 32 || itemFrom + all.readUInt32LE(itemFrom - 4) !== all.length) continue;
    const seed = all.toString('hex', from + 4, from + 4 + 32);
    return { key, seed, item: all.toString('utf8', itemFrom), height };
  }
  throw new Error(`no seed and item in the write of ${key}`);
}

function transactionHash({ transaction }: Raw): string {
  return (transaction.Deploy ?? transaction.Version1).hash;
}

const versionAt = (versions: readonly Version[] | undefined, height: number): Version | undefined =>
  versions?.findLast((version) => version.height <= height);

const address = (uref: string): string => uref.replace(/^uref-/, '').slice(0, 64);
const blake = (bytes: Uint8Array): string => Buffer.from(blake2b(bytes, { dkLen: 32 })).toString('hex');
const sum = (motes: readonly string[]): string => motes.reduce((total, one) => total + BigInt(one), 0n).toString();
const amount = (motes: string): Json => ({ motes, cspr: decimal(BigInt(motes), 9) });

function decimal(units: bigint, digits: number): string {
  const padded = units.toString().padStart(digits + 1, '0');
  const [whole, fraction] = [padded.slice(0, -digits), padded.slice(-digits).replace(/0+$/, '')];
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

function objectOrText(text: string | null): Raw {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : text;
  } catch {
    return text;
  }
}
