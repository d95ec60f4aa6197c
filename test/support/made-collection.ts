import { blake2b } from '@noble/hashes/blake2.js';
import type { Effect, StoredValue, Version } from '../../infra/local/dev-chain/recorded.ts';
import type { Recording } from '../../infra/local/dev-chain/recording.ts';

/** What happens to a token in a block. `owner` null: it is burnt; a token that is burnt may be minted again. */
export interface Deed {
  readonly height: number;
  readonly token: string;
  readonly owner: string | null;
  /** Any text; left out: it stays, and is `{}` at first. */
  readonly metadata?: string;
  /** What its owner is written as is no key: the token cannot be read until its next deed. */
  readonly garbled?: true;
}

/** A collection that no recording has, as the contracts of its standard keep it. */
export interface MadeCollection {
  readonly standard: 'cep78' | 'cep95' | 'cep47';
  readonly package: string;
  readonly installed: number;
  /** In the order of execution. */
  readonly deeds: readonly Deed[];
  /** Of CEP-95: from which block on the contract writes events; null: never. Left out: from its first version on. */
  readonly eventsFrom?: number | null;
}

interface Write {
  readonly height: number;
  readonly key: string;
  readonly value: StoredValue;
  /** Of the effect, where it is not the stored value. */
  readonly written?: StoredValue;
}

/** The recorded chain with further collections. Each block of a deed must have a transaction: its effects are added to that. */
export function withCollections(recording: Recording, made: readonly MadeCollection[]): Recording {
  const state = new Map<string, readonly Version<StoredValue>[]>(recording.state);
  const transactions = new Map(recording.transactions);
  for (const { height, key, value, written } of made.flatMap(writesOf)) {
    const before = (state.get(key) ?? [{ height: 0 }]).filter((version) => version.height !== height);
    state.set(
      key,
      [...before, { height, value }].toSorted((a, b) => a.height - b.height),
    );
    const lanes = Object.values(recording.blocks[height]?.body.transactions ?? {}).flat();
    const [[kind, hash] = []] = Object.entries(lanes[0] ?? {});
    const name = `${kind} ${hash}`;
    const answer = transactions.get(name);
    if (answer === undefined) throw new Error(`block ${height} has no transaction`);
    const effect: Effect = { key, kind: { Write: written ?? value } };
    transactions.set(name, withEffect(answer, effect));
  }
  return { ...recording, state, transactions };
}

type Answer = Recording['transactions'] extends ReadonlyMap<string, infer One> ? One : never;

function withEffect(answer: Answer, effect: Effect): Answer {
  const { execution_info: info } = answer;
  const { Version2: result } = info.execution_result;
  if (result === undefined) throw new Error('a transaction without effects');
  const execution_result = { ...info.execution_result, Version2: { ...result, effects: [...result.effects, effect] } };
  return { ...answer, execution_info: { ...info, execution_result } };
}

/** Every token that there is at a height, with its owner (null: burnt), by its id. */
export function madeTokensAt(made: readonly MadeCollection[], height: number): ReadonlyMap<string, string | null> {
  const tokens = new Map<string, string | null>();
  for (const { package: hash, deeds } of made)
    for (const deed of deeds) if (deed.height <= height) tokens.set(`${hash}:${deed.token}`, deed.owner);
  return tokens;
}

const names = {
  cep78: [
    'token_owners',
    'burnt_tokens',
    'approved',
    'metadata_raw',
    'nft_metadata_kind',
    'number_of_minted_tokens',
    'identifier_mode',
    'hash_by_index',
  ],
  cep95: ['owners', 'token_metadata', 'approvals'],
  cep47: ['owners', 'metadata', 'allowances'],
} as const;
const eventNames = ['__events', '__events_length'];

function writesOf(collection: MadeCollection): readonly Write[] {
  const { standard, package: hash, installed, deeds, eventsFrom = installed } = collection;
  const writes: Write[] = [];
  const address = (name: string): string => digest(Buffer.from(`${hash} ${name}`));
  const put = (name: string, value: StoredValue, height: number) =>
    writes.push({ height, key: `uref-${address(name)}`, value });
  const item = (name: string, key: string, value: StoredValue, height: number) => {
    const seed = Buffer.from(address(name), 'hex');
    const written = { CLValue: { cl_type: 'Any', bytes: itemBytes(value, seed, key), parsed: null } };
    writes.push({ height, key: `dictionary-${digest(Buffer.concat([seed, Buffer.from(key)]))}`, value, written });
  };
  const contract = (version: number, keys: readonly string[], height: number) => {
    const contractHash = digest(Buffer.from(`${hash} version ${version}`));
    const named_keys = keys.map((name) => ({ name, key: `uref-${address(name)}-007` }));
    writes.push({
      height,
      key: `hash-${contractHash}`,
      value: { Contract: { contract_package_hash: `contract-package-${hash}`, named_keys, entry_points: [] } as never },
    });
    return { protocol_version_major: 2, contract_version: version, contract_hash: `contract-${contractHash}` };
  };
  const packageOf = (versions: readonly object[], height: number) =>
    writes.push({
      height,
      key: `hash-${hash}`,
      value: { ContractPackage: { versions, disabled_versions: [] } } as never,
    });

  const hasEvents = standard === 'cep95' && eventsFrom === installed;
  const first = contract(1, [...names[standard], ...(hasEvents ? eventNames : [])], installed);
  packageOf([first], installed);
  if (standard === 'cep78') {
    put('nft_metadata_kind', clValue('U8', '02'), installed);
    put('identifier_mode', clValue('U8', '01'), installed);
    put('number_of_minted_tokens', clValue('U64', u64(0)), installed);
  }
  if (hasEvents) put('__events_length', clValue('U32', u32(0)), installed);
  let isUpgraded = hasEvents || standard !== 'cep95' || eventsFrom === null;
  let [minted, events] = [0, 0];
  const lives = new Map<string, { readonly owner: string | null; readonly metadata: string }>();
  const upgrade = (height: number) => {
    if (isUpgraded || eventsFrom === null || height < eventsFrom) return;
    isUpgraded = true;
    const second = contract(2, [...names[standard], ...eventNames], eventsFrom);
    packageOf([first, second], eventsFrom);
    put('__events_length', clValue('U32', u32(0)), eventsFrom);
  };
  const emit = (name: string, fields: string, height: number) => {
    if (standard !== 'cep95' || eventsFrom === null || height < eventsFrom) return;
    const bytes = text(`event_${name}`) + fields;
    item('__events', String(events), clValue({ List: 'U8' }, u32(bytes.length / 2) + bytes), height);
    events += 1;
    put('__events_length', clValue('U32', u32(events)), height);
  };

  for (const { height, token, owner, metadata, garbled } of deeds) {
    upgrade(height);
    const before = lives.get(token);
    const isMint = before?.owner == null && owner !== null;
    const now = { owner, metadata: metadata ?? before?.metadata ?? '{}' };
    lives.set(token, now);
    if (standard === 'cep78') {
      item('metadata_raw', token, clValue('String', text(now.metadata)), height);
      if (owner === null) item('burnt_tokens', token, clValue('Bool', '01'), height);
      else item('token_owners', token, clValue('Key', garbled ? 'ff' : keyBytes(owner)), height);
      // As Odra's contract does it.
      if (isMint && before !== undefined) item('burnt_tokens', token, clValue('Bool', '00'), height);
      if (!isMint) continue;
      item('hash_by_index', String(minted), clValue('String', text(token)), height);
      minted += 1;
      put('number_of_minted_tokens', clValue('U64', u64(minted)), height);
      continue;
    }
    const key = standard === 'cep95' ? Buffer.from(u256(token), 'hex').toString('base64') : token;
    item(
      'owners',
      key,
      clValue({ Option: 'Key' }, owner === null ? '00' : `01${garbled ? 'ff' : keyBytes(owner)}`),
      height,
    );
    const pairs = `01000000${text('note')}${text(now.metadata)}`;
    const map = { Map: { key: 'String', value: 'String' } };
    item(standard === 'cep95' ? 'token_metadata' : 'metadata', key, clValue(map, pairs), height);
    const [from, to] = [before?.owner ?? '', owner ?? ''];
    if (isMint) emit('Mint', keyBytes(to) + u256(token), height);
    else if (owner === null) emit('Burn', keyBytes(from) + u256(token), height);
    else emit('Transfer', keyBytes(from) + keyBytes(to) + u256(token), height);
  }
  return writes;
}

const clValue = (cl_type: unknown, bytes: string): StoredValue => ({ CLValue: { cl_type, bytes, parsed: null } });

/** A value with its length, its type (which is not read), its seed and its key. */
function itemBytes(value: StoredValue, seed: Buffer, key: string): string {
  const { bytes } = value.CLValue as { readonly bytes: string };
  return `${u32(bytes.length / 2)}${bytes}0d${u32(seed.length)}${seed.toString('hex')}${text(key)}`;
}

function u32(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes.toString('hex');
}

function u64(value: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes.toString('hex');
}

/** One length byte, then little-endian bytes without leading zeros. */
function u256(decimal: string): string {
  const big = BigInt(decimal).toString(16);
  const bytes =
    decimal === '0' ? Buffer.alloc(0) : Buffer.from(big.length % 2 === 0 ? big : `0${big}`, 'hex').reverse();
  return Buffer.concat([Buffer.from([bytes.length]), bytes]).toString('hex');
}

const text = (value: string): string => u32(Buffer.byteLength(value)) + Buffer.from(value).toString('hex');
const keyBytes = (key: string): string => `00${key.slice(-64)}`;
const digest = (bytes: Uint8Array): string => Buffer.from(blake2b(bytes, { dkLen: 32 })).toString('hex');
