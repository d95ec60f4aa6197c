import { afterEach, describe, expect, test } from '@jest/globals';
import { blake2b } from '@noble/hashes/blake2.js';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import { followToTip } from '../../lib/usecases/following/follow-to-tip.ts';
import { checkConfiguration } from '../../lib/usecases/observing/check-configuration.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { startService, type TestService } from '../support/service.ts';

/*
 * No recorded chain has a CEP-47 or CEP-95 collection. These answers are made from the texts of the standards, in the form of
 * recorded answers.
 */
const packageHash = 'aa'.repeat(32);
const contractHash = 'bb'.repeat(32);
const seeds = {
  owners: '01',
  metadata: '02',
  approvals: '03',
  allowances: '04',
  token_metadata: '05',
  token_owners: '06',
  burnt_tokens: '07',
  approved: '08',
  metadata_raw: '09',
  nft_metadata_kind: '0a',
} as const;
const owner = `account-hash-${'cd'.repeat(32)}`;
const spender = `hash-${'ef'.repeat(32)}`;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const hash = (bytes: Uint8Array): string => hex(blake2b(bytes, { dkLen: 32 }));
const seedOf = (name: keyof typeof seeds): string => seeds[name].repeat(32);
const itemKey = (name: keyof typeof seeds, key: string): string =>
  `dictionary-${hash(new Uint8Array([...Buffer.from(seedOf(name), 'hex'), ...Buffer.from(key, 'utf8')]))}`;
const clValue = (cl_type: unknown, bytes: string) => ({ CLValue: { cl_type, bytes, parsed: null } });
const some = (bytes: string): string => `01${bytes}`;
const text = (value: string): string => {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(Buffer.byteLength(value));
  return length.toString('hex') + Buffer.from(value).toString('hex');
};
const keyBytes = (key: string): string => (key.startsWith('account-hash-') ? '00' : '01') + key.slice(-64);
const map = { Map: { key: 'String', value: 'String' } };
const villaMap = `02000000${text('assetValue')}${text('12.50')}${text('name')}${text('Villa')}`;

const contractWith = (names: readonly (keyof typeof seeds)[]) => ({
  [`hash-${packageHash}`]: {
    ContractPackage: {
      versions: [{ protocol_version_major: 2, contract_version: 1, contract_hash: `contract-${contractHash}` }],
      disabled_versions: [],
    },
  },
  [`hash-${contractHash}`]: {
    Contract: { named_keys: names.map((name) => ({ name, key: `uref-${seedOf(name)}-007` })), entry_points: [] },
  },
});

let running: TestService;
afterEach(() => running.close());

async function collectionOf(state: Record<string, object>, collection: object = {}): Promise<TestService> {
  running = await startService({
    height: 60,
    env: { ASTAKE_COLLECTIONS: JSON.stringify({ homes: { package: packageHash, ...collection } }) },
    override({ method, params }) {
      const stored = method === 'query_global_state' ? state[params.key] : undefined;
      return stored && { result: { api_version: '2.0.0', block_header: null, stored_value: stored, merkle_proof: '' } };
    },
  });
  return running;
}

const tokenOf = async (service: TestService['service'], tokenId: string) =>
  (await lookup({ kind: 'asset', id: `${packageHash}:${tokenId}` }, defaultReadOptions, service)).data;

describe('CEP-95 (rule KIND-5)', () => {
  const one = 'AQE=';
  const state = {
    ...contractWith(['owners', 'token_metadata', 'approvals']),
    [itemKey('owners', one)]: clValue({ Option: 'Key' }, some(keyBytes(owner))),
    [itemKey('token_metadata', one)]: clValue(map, villaMap),
    [itemKey('approvals', one)]: clValue({ Option: 'Key' }, some(keyBytes(spender))),
    [itemKey('owners', 'AgAB')]: clValue({ Option: 'Key' }, '00'),
    [itemKey('token_metadata', 'AgAB')]: clValue(map, '00000000'),
  };

  test('stores items under the base64 of the serialised token id, and is recognised by its dictionaries', async () => {
    const { service } = await collectionOf(state);
    expect(await tokenOf(service, '1')).toMatchObject({
      collection: 'homes',
      standard: 'cep95',
      contractHash,
      owner,
      approved: spender,
      burnt: false,
      metadata: { name: 'Villa', assetValue: '12.50' },
      assetValue: '12.50',
      verified: null,
    });
  });
  test('writes None as the owner of a burnt token; a token that never existed has no item', async () => {
    const { service } = await collectionOf(state);
    expect(await tokenOf(service, '256')).toMatchObject({ burnt: true, owner: null, approved: null });
    expect(await tokenOf(service, '2')).toBeNull();
    expect(await tokenOf(service, 'not-a-number')).toBeNull();
  });
  test('accepts one spelling of a token id if the collection is configured', async () => {
    const { service } = await collectionOf(state, { standard: 'cep95' });
    const canonical = service.definitions.get('asset')?.canonicalId(`homes:0001`);
    expect(canonical).toBe(`${packageHash}:1`);
    expect(() => service.definitions.get('asset')?.canonicalId('homes:one')).toThrow('whole number');
    expect(() => service.definitions.get('asset')?.canonicalId(`homes:${2n ** 256n}`)).toThrow('whole number');
  });
});

describe('CEP-78', () => {
  const names = ['token_owners', 'burnt_tokens', 'approved', 'metadata_raw', 'nft_metadata_kind'] as const;
  const note = 'not JSON';
  const state = {
    ...contractWith(names),
    [`uref-${seedOf('nft_metadata_kind')}-007`]: clValue('U8', '02'),
    [itemKey('token_owners', 'a/b:c')]: clValue('Key', keyBytes(spender)),
    [itemKey('metadata_raw', 'a/b:c')]: clValue('String', text(note)),
    [itemKey('token_owners', '9')]: clValue('Key', keyBytes(owner)),
    [itemKey('burnt_tokens', '9')]: clValue('Unit', ''),
    [itemKey('approved', '9')]: clValue({ Option: 'Key' }, some(keyBytes(spender))),
    [itemKey('metadata_raw', '9')]: clValue('String', text('{"verified":"yes","assetValue":12.50}')),
  };

  test('a burnt token has neither owner nor approval, even if its dictionaries still have them', async () => {
    const { service } = await collectionOf(state);
    expect(await tokenOf(service, '9')).toMatchObject({
      burnt: true,
      owner: null,
      approved: null,
      assetValue: '12.50',
      verified: null,
    });
  });
  test.each([
    ['true: it is burnt', '01', { burnt: true, owner: null, approved: null }],
    ['false: it was burnt and minted again', '00', { burnt: false, owner, approved: spender }],
  ])('burnt_tokens may hold a truth value, %s', async (_what, bytes, expected) => {
    const { service } = await collectionOf({ ...state, [itemKey('burnt_tokens', '9')]: clValue('Bool', bytes) });
    expect(await tokenOf(service, '9')).toMatchObject(expected);
  });
  test('an identifier may be any text, an owner may be a contract, and metadata need not be JSON', async () => {
    const { service } = await collectionOf(state);
    expect(await tokenOf(service, 'a/b:c')).toMatchObject({
      tokenId: 'a/b:c',
      owner: spender,
      burnt: false,
      approved: null,
      metadata: note,
      assetValue: null,
    });
  });
});

describe('CEP-47', () => {
  const allowance = hash(new Uint8Array([...Buffer.from(keyBytes(owner), 'hex'), ...Buffer.from(text('7'), 'hex')]));
  const state = {
    ...contractWith(['owners', 'metadata', 'allowances']),
    [itemKey('owners', '7')]: clValue({ Option: 'Key' }, some(keyBytes(owner))),
    [itemKey('metadata', '7')]: clValue({ Option: map }, some(villaMap)),
    [itemKey('allowances', allowance)]: clValue({ Option: 'Key' }, some(keyBytes(spender))),
    [itemKey('owners', '8')]: clValue({ Option: 'Key' }, '00'),
  };

  test('stores items under the decimal token id, and one allowance for each owner and token', async () => {
    const { service } = await collectionOf(state);
    expect(await tokenOf(service, '7')).toMatchObject({
      standard: 'cep47',
      owner,
      approved: spender,
      burnt: false,
      metadata: { name: 'Villa', assetValue: '12.50' },
      assetValue: '12.50',
    });
  });
  test('writes None as the owner of a burnt token', async () => {
    const { service } = await collectionOf(state);
    expect(await tokenOf(service, '8')).toMatchObject({ burnt: true, owner: null, approved: null, metadata: null });
  });
});

describe('a collection that cannot be read is not reported as absent (rule ANSWER-4)', () => {
  const failure = async (service: TestService['service'], collection = packageHash) =>
    lookup({ kind: 'asset', id: `${collection}:1` }, defaultReadOptions, service).then(
      () => undefined,
      (error: unknown) => error,
    );
  const disabled = {
    [`hash-${packageHash}`]: {
      ContractPackage: {
        versions: [{ protocol_version_major: 2, contract_version: 1, contract_hash: `contract-${contractHash}` }],
        disabled_versions: [[2, 1]],
      },
    },
  };
  const contract = { Contract: { contract_package_hash: `contract-package-${packageHash}`, named_keys: [] } };

  test.each([
    [
      'its contract has no known dictionaries',
      contractWith(['metadata', 'approved']),
      {},
      /its named keys are: approved, metadata/,
    ],
    [
      'another standard is configured',
      contractWith(['owners', 'approvals']),
      { standard: 'cep78' },
      /looks like cep95/,
    ],
    ['each version is disabled', disabled, {}, /each of its versions is disabled/],
  ])('%s', async (_why, state, collection, message) => {
    const { service } = await collectionOf(state, collection);
    expect(await failure(service)).toMatchObject({ code: 'collection_unreadable', retryable: false });
    expect(await failure(service)).toMatchObject({ message: expect.stringMatching(message) });
  });

  test('the hash of a contract is refused, and its package is named', async () => {
    const { service } = await collectionOf({ [`hash-${contractHash}`]: contract });
    const error = await failure(service, contractHash);
    expect(error).toMatchObject({ code: 'invalid_id', message: expect.stringContaining(packageHash) });
  });

  test('after an upgrade to an unknown layout the record is served, labelled, with one conflict for the collection', async () => {
    const state: Record<string, object> = {
      ...contractWith(['token_owners']),
      [itemKey('token_owners', '1')]: clValue('Key', keyBytes(owner)),
    };
    const { service, store } = await collectionOf(state);
    const fromChain = { ...defaultReadOptions, noCache: true };
    expect(await tokenOf(service, '1')).toMatchObject({ owner });
    Object.assign(state, contractWith(['metadata']));
    running.node.setHeight(61);
    await followToTip(service);
    const answer = await lookup({ kind: 'asset', id: `${packageHash}:1` }, fromChain, service);
    const { conflict } = answer;
    expect(answer).toMatchObject({ source: 'database', stale: true, data: { owner }, conflict: expect.any(String) });
    expect(await store.conflicts.get(conflict ?? '')).toMatchObject({ ref: { kind: 'basis' }, class: 'vanished' });
  });
});

test('an unknown package has no tokens', async () => {
  const { service } = await collectionOf(contractWith([]));
  expect((await lookup({ kind: 'asset', id: `${'99'.repeat(32)}:1` }, defaultReadOptions, service)).data).toBeNull();
});

test('the configuration is held against the chain', async () => {
  const { service } = await collectionOf(contractWith(['owners', 'approvals']), { standard: 'cep78' });
  const [found, ...more] = await checkConfiguration({ signal: AbortSignal.timeout(30_000) }, service);
  expect(more).toEqual([]);
  expect(found).toMatchObject({ what: 'the collection homes', packageHash });
  expect(found?.problem).toMatch(/no dictionary of owners of cep78 .* looks like cep95/);
});
