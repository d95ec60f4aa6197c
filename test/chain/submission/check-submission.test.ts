import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as loaded from 'casper-js-sdk';
import fc from 'fast-check';
import { loadRecording } from '../../../infra/local/dev-chain/recording.ts';
import { checkSubmission } from '../../../lib/chain/submission/check-submission.ts';
import { LookupError } from '../../../lib/domain/errors.ts';
import type { SubmissionTerms } from '../../../lib/domain/submission.ts';
import { signedTransfer, type Wish } from '../../infra/local/dev-chain/signed.ts';

// The package's own types do not compile under strict settings.
// biome-ignore lint/suspicious/noExplicitAny: only its public makers of transactions are used
const made = ((loaded as any).default ?? loaded) as any;

const network = 'casper-net-1';
const signedAt = Date.parse('2026-11-23T00:30:00.000Z');
const terms: SubmissionTerms = { network, now: signedAt + 1_000, chainTime: signedAt };

const keyOf = (algorithm: 'ED25519' | 'SECP256K1') => made.PrivateKey.generate(made.KeyAlgorithm[algorithm]);

type Options = Partial<Pick<Wish, 'payment' | 'chainName' | 'ttlMs'>>;

const transfer = (keys = [keyOf('ED25519')], options: Options = {}) =>
  signedTransfer({
    from: keys[0],
    to: keyOf('ED25519').publicKey.toHex(),
    timestamp: new Date(signedAt).toISOString(),
    ttlMs: 1_800_000,
    signers: keys,
    ...options,
  });

function deploy(key = keyOf('ED25519')) {
  const header = made.DeployHeader.default();
  header.account = key.publicKey;
  header.chainName = network;
  header.timestamp = new made.Timestamp(new Date(signedAt));
  const session = new made.ExecutableDeployItem();
  session.moduleBytes = new made.ModuleBytes(new Uint8Array([0, 97, 115, 109]), made.Args.fromMap({}));
  const payment = made.ExecutableDeployItem.standardPayment('5000000000');
  const one = made.Deploy.makeDeploy(header, payment, session);
  one.sign(key);
  return made.Deploy.toJSON(one);
}

const textOf = (json: unknown): string => JSON.stringify(json);
const check = (body: string, changed: Partial<SubmissionTerms> = {}) => checkSubmission(body, { ...terms, ...changed });
const refusal = async (body: string, changed: Partial<SubmissionTerms> = {}) => {
  const error = await check(body, changed).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LookupError);
  const { code, retryable, errors } = error as LookupError;
  return { code, retryable, paths: errors.map(({ path }) => path) };
};
const invalid = (...paths: string[]) => ({ code: 'invalid_transaction', retryable: false, paths });

describe('what a node accepts is accepted', () => {
  test.each(['chain-a', 'chain-d'] as const)(
    'every transaction of the recorded %s, with its recorded hash',
    async (name) => {
      const { transactions, meta } = loadRecording(name);
      expect(transactions.size).toBeGreaterThan(0);
      for (const { transaction } of transactions.values()) {
        const [[kind, json] = ['', { hash: '' }]] = Object.entries(transaction);
        const text = textOf(json);
        // The project's copy is without the Wasm of installations.
        if (text.includes('"module_bytes":""')) continue;
        const changed = { network: meta.chainspec_name, now: Date.parse('2026-12-31'), chainTime: undefined };
        const got = await check(`{"transaction":{"${kind}":${text}}}`, changed);
        expect(got).toMatchObject({ kind, hash: json.hash, transaction: text });
      }
    },
  );

  test.each([
    ['one ed25519 key', () => [keyOf('ED25519')]],
    ['one secp256k1 key', () => [keyOf('SECP256K1')]],
    ['two keys', () => [keyOf('ED25519'), keyOf('SECP256K1')]],
    ['100 keys', () => Array.from({ length: 100 }, () => keyOf('ED25519'))],
  ])('a transaction signed by %s', async (_what, keys) => {
    const json = transfer(keys());
    await expect(check(textOf(json))).resolves.toMatchObject({ kind: 'Version1', hash: json.hash });
  });

  test('an installment of a 1.x deploy', async () => {
    const json = deploy(keyOf('SECP256K1'));
    await expect(check(textOf(json))).resolves.toMatchObject({ kind: 'Deploy', hash: json.hash });
  });

  test.each([
    ['bare', (json: object) => json],
    ['under its kind', (json: object) => ({ Version1: json })],
    ['as the parameters of the node', (json: object) => ({ transaction: { Version1: json } })],
  ])('in each form in which SDKs write it: %s', async (_what, wrapped) => {
    const json = transfer();
    await expect(check(textOf(wrapped(json)))).resolves.toMatchObject({ transaction: textOf(json) });
  });

  test('a payment beyond 2^53, exact to its last digit', async () => {
    const amount = 2n ** 63n + 3n;
    const json = transfer([keyOf('ED25519')], { payment: amount });
    const { hash } = json;
    const body = (written: bigint): string => textOf(json).replace('"payment_amount":0', `"payment_amount":${written}`);
    await expect(check(body(amount))).resolves.toMatchObject({ hash, transaction: body(amount) });
    expect(await refusal(body(amount + 1n))).toEqual(invalid('hash'));
  });
});

/** Another signature each time, where casper-js-sdk always makes the same one. The lower of the two values of s, as nodes want it. */
function signedAnew(hash: string, key: KeyObject): string {
  const signature = sign('sha256', Buffer.from(hash, 'hex'), { key, dsaEncoding: 'ieee-p1363' }).toString('hex');
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const s = BigInt(`0x${signature.slice(64)}`);
  const least = s > order / 2n ? order - s : s;
  return `02${signature.slice(0, 64)}${least.toString(16).padStart(64, '0')}`;
}

// Nodes keep approvals as a set of pairs, and count a key once.
test('the same signature twice, and two signatures by one key, are accepted', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
  const secret = Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url').toString('hex');
  const json = transfer([made.PrivateKey.fromHex(secret, made.KeyAlgorithm.SECP256K1)]);
  const [one] = json.approvals;
  const other = { ...one, signature: signedAnew(json.hash, privateKey) };
  expect(other.signature).not.toBe(one?.signature);
  for (const second of [one, other]) {
    const body = textOf({ ...json, approvals: [one, second] });
    await expect(check(body)).resolves.toMatchObject({ hash: json.hash, transaction: body });
  }
});

describe('what no node would accept goes nowhere', () => {
  test('a changed member of a transaction is refused by its hash', async () => {
    const json = transfer();
    const { payload } = json;
    for (const changed of [
      { ...json, hash: '0'.repeat(64) },
      { ...json, payload: { ...payload, ttl: '29m' } },
      { ...json, payload: { ...payload, timestamp: '2026-11-23T00:29:59.000Z' } },
      {
        ...json,
        payload: {
          ...payload,
          pricing_mode: { PaymentLimited: { ...payload.pricing_mode.PaymentLimited, payment_amount: 7 } },
        },
      },
      { ...json, payload: { ...payload, initiator_addr: { PublicKey: keyOf('ED25519').publicKey.toHex() } } },
    ])
      expect(await refusal(textOf(changed))).toEqual(invalid('hash'));
  });

  test('a changed body of a deploy is refused by its body hash', async () => {
    const json = deploy();
    const changed = { ...json, session: { ModuleBytes: { ...json.session.ModuleBytes, module_bytes: '0061736d00' } } };
    expect(await refusal(textOf(changed))).toEqual(invalid('header.body_hash'));
  });

  test('a signature of another key, or of other bytes', async () => {
    const json = transfer([keyOf('ED25519'), keyOf('SECP256K1')]);
    const [first, second] = json.approvals;
    const swapped = [first, { ...second, signer: keyOf('SECP256K1').publicKey.toHex() }];
    const other = transfer().approvals[0];
    expect(await refusal(textOf({ ...json, approvals: swapped }))).toEqual(invalid('approvals.1.signature'));
    const wrong = [{ ...first, signature: other?.signature }, second];
    expect(await refusal(textOf({ ...json, approvals: wrong }))).toEqual(invalid('approvals.0.signature'));
  });

  test('no signature, or more than 100', async () => {
    const json = transfer();
    expect(await refusal(textOf({ ...json, approvals: [] }))).toEqual(invalid('approvals'));
    expect(await refusal(textOf({ ...json, approvals: undefined }))).toEqual(invalid('approvals'));
    const [one] = json.approvals;
    expect(await refusal(textOf({ ...json, approvals: Array(101).fill(one) }))).toEqual(invalid('approvals'));
  });

  test('of another chain, too long-lived, expired, or of the future, which may pass later', async () => {
    expect(await refusal(textOf(transfer([keyOf('ED25519')], { chainName: 'casper' })))).toEqual(
      invalid('payload.chain_name'),
    );
    expect(await refusal(textOf(transfer([keyOf('ED25519')], { ttlMs: 7_260_000 })))).toEqual(invalid('payload.ttl'));
    const json = textOf(transfer());
    expect(await refusal(json, { chainTime: signedAt + 1_800_001 })).toEqual(invalid('payload.ttl'));
    await expect(check(json, { chainTime: signedAt + 1_800_000 })).resolves.toBeDefined();
    await expect(check(json, { now: signedAt - 5_000 })).resolves.toBeDefined();
    expect(await refusal(json, { now: signedAt - 5_001 })).toEqual({
      ...invalid('payload.timestamp'),
      retryable: true,
    });
  });

  test('a body that is no transaction, or not of the kind that it says', async () => {
    const json = transfer();
    for (const body of ['', 'null', '[]', '7', '"a"', '{}', '{"Version2":{}}', '{"transaction":{}}', '{"a":1,"b":2}'])
      expect((await refusal(body)).code).toBe('invalid_transaction');
    expect((await refusal(textOf({ Deploy: json }))).code).toBe('invalid_transaction');
    expect((await refusal(textOf({ Version1: deploy() }))).code).toBe('invalid_transaction');
    expect((await refusal(textOf({ Version1: { ...json, payload: { ...json.payload, fields: 7 } } }))).code).toBe(
      'invalid_transaction',
    );
  });

  test('deep, repeated, or oversized JSON is refused before it is read further', async () => {
    expect(await refusal('['.repeat(200_000) + ']'.repeat(200_000))).toEqual(invalid('body'));
    const json = textOf(transfer());
    expect(await refusal(json.replace('{', '{"hash":"00",'))).toEqual(invalid('body'));
    expect(await refusal(json.replace('{', '{"h\\u0061sh":"00",'))).toEqual(invalid('body'));
    expect((await refusal(`${json}${' '.repeat(2_500_000)}`)).code).toBe('too_large');
  });

  test('wrapped more than once it is not scanned again and again', async () => {
    const wrapped = (times: number) => '{"transaction":'.repeat(times) + textOf(transfer()) + '}'.repeat(times);
    await expect(check(wrapped(1))).resolves.toBeDefined();
    for (const times of [2, 90]) expect(await refusal(wrapped(times))).toEqual(invalid('body'));
  });

  test('of more values than any transaction has it is refused before it is parsed, valid or not', async () => {
    const { approvals, ...json } = transfer();
    const stuffed = (zeros: number) => textOf({ ...json, stuffing: Array(zeros).fill(0), approvals });
    await expect(check(stuffed(49_900))).resolves.toBeDefined();
    expect(await refusal(stuffed(50_000))).toEqual(invalid('body'));
    const messageOf = async (body: string) => ((await check(body).catch((error: unknown) => error)) as Error).message;
    expect(await messageOf(`[${'1,'.repeat(49_998)}`)).toBe('body: must be JSON');
    expect(await messageOf(`[${'1,'.repeat(49_999)}`)).toBe('body: has more than 50000 values');
  });

  test('a number that a node does not read as an integer, whatever JavaScript makes of it', async () => {
    const json = textOf(transfer());
    const written = '"gas_price_tolerance":1';
    expect(json).toContain(written);
    for (const number of ['1.0', '1e0', '10e-1', `1${'0'.repeat(400)}`])
      expect(await refusal(json.replace(written, `"gas_price_tolerance":${number}`))).toEqual(
        invalid('payload.pricing_mode.PaymentLimited.gas_price_tolerance'),
      );
    const old = textOf(deploy());
    expect(old).toContain('"gas_price":1');
    for (const number of ['-0', '1.0', '9'.repeat(400_000)])
      expect(await refusal(old.replace('"gas_price":1', `"gas_price":${number}`))).toEqual(invalid('header.gas_price'));
  });

  test('nothing of it is printed', async () => {
    const lines: unknown[] = [];
    const { error } = console;
    console.error = (...line: unknown[]) => void lines.push(line);
    try {
      const json = transfer();
      await refusal(textOf({ Version1: { ...json, payload: { ...json.payload, pricing_mode: 'free' } } }));
    } finally {
      console.error = error;
    }
    expect(lines).toEqual([]);
  });

  test('a text with one changed character is refused, or still means the same transaction', async () => {
    const json = transfer();
    const body = textOf(json);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(body.length - 1),
        fc.constantFrom(...'0123456789abcdefx"{}[],: '),
        async (at, character) => {
          const got = await check(body.slice(0, at) + character + body.slice(at + 1)).catch((error: unknown) => {
            if (!(error instanceof LookupError)) throw error;
            return undefined;
          });
          if (got !== undefined) expect(got.hash).toBe(json.hash);
        },
      ),
      { numRuns: 300 },
    );
  });
});

const recordings = join(import.meta.dirname, '../../../../shared/casper/recordings');
(existsSync(recordings) ? test : test.skip).each(['chain-a', 'chain-d', 'chain-e'])(
  'every transaction of the whole recording %s, installations too',
  async (name) => {
    const lines = readFileSync(join(recordings, name, 'transactions.jsonl'), 'utf8')
      .trim()
      .split('\n');
    for (const line of lines) {
      const [[kind, json] = ['', undefined]] = Object.entries<Recorded>(JSON.parse(line).transaction);
      const changed = { network: (json?.payload ?? json?.header)?.chain_name ?? '', now: Date.parse('2026-12-31') };
      const got = await check(textOf(json), { ...changed, chainTime: undefined });
      expect(got).toMatchObject({ kind, hash: json?.hash });
    }
  },
);

interface Recorded {
  readonly hash: string;
  readonly payload?: { readonly chain_name: string };
  readonly header?: { readonly chain_name: string };
}
