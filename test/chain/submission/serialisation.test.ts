import { describe, expect, test } from '@jest/globals';
import * as loaded from 'casper-js-sdk';
import { checkSubmission } from '../../../lib/chain/submission/check-submission.ts';
import { Field } from '../../../lib/chain/submission/field.ts';
import { payloadBytes } from '../../../lib/chain/submission/version1.ts';
import { blake2b256 } from '../../../lib/domain/account-id.ts';
import { parseExactly } from '../../../lib/domain/exact-json.ts';

// The package's own types do not compile under strict settings.
// biome-ignore lint/suspicious/noExplicitAny: only its public makers of transactions are used
const made = ((loaded as any).default ?? loaded) as any;

const signedAt = '2026-11-23T00:30:00.000Z';
const key = made.PrivateKey.generate(made.KeyAlgorithm.ED25519);
const signer = key.publicKey.toHex();
const digest = 'ab'.repeat(32);
const runtime = 'VmCasperV1';

const payload = (changed: object = {}, fields: object = {}) => ({
  initiator_addr: { PublicKey: signer },
  timestamp: signedAt,
  ttl: '90m',
  chain_name: 'casper-test',
  pricing_mode: { PaymentLimited: { payment_amount: 5, gas_price_tolerance: 1, standard_payment: true } },
  ...changed,
  fields: { args: { Named: [] }, entry_point: 'Call', scheduling: 'Standard', target: 'Native', ...fields },
});
const stored = (id: object, entry: unknown = { Custom: 'mint' }) => ({
  target: { Stored: { id, runtime } },
  entry_point: entry,
});
const args = (cl_type: unknown, bytes: string) => ({ args: { Named: [['a', { cl_type, bytes, parsed: null }]] } });

const signed = (hash: string) => [
  { signer, signature: Buffer.from(key.signAndAddAlgorithmBytes(Buffer.from(hash, 'hex'))).toString('hex') },
];
const check = (body: string, network = 'casper-test') =>
  checkSubmission(body, { network, now: Date.parse('2026-12-31'), chainTime: undefined });
/** The payload as a transaction that is signed over the hash that is expected of it. */
const submit = (text: string, hash: string) =>
  check(`{"Version1":{"hash":"${hash}","payload":${text},"approvals":${JSON.stringify(signed(hash))}}}`);

/** The SDK's hash of what the SDK reads right; unvalidated, because it is not signed yet. */
// biome-ignore lint/suspicious/noExplicitAny: the SDK's own payload
function sdkHash(json: object, change: (payload: any) => void = () => {}): string {
  const { validate } = made.TransactionV1.prototype;
  made.TransactionV1.prototype.validate = () => true;
  try {
    const one = made.TransactionV1.fromJSON({ hash: digest, payload: json, approvals: signed(digest) });
    change(one.payload);
    return blake2b256(one.payload.toBytes());
  } finally {
    made.TransactionV1.prototype.validate = validate;
  }
}

const bytesOf = (json: object): string => payloadBytes(new Field('', json)).toString('hex');

test('an object is no integer, whatever its members are called', async () => {
  const amount = {
    PaymentLimited: { payment_amount: { rawJSON: 'x' }, gas_price_tolerance: 1, standard_payment: true },
  };
  await expect(submit(JSON.stringify(payload({ pricing_mode: amount })), digest)).rejects.toMatchObject({
    code: 'invalid_transaction',
    errors: [{ path: 'payload.pricing_mode.PaymentLimited.payment_amount' }],
  });
});

describe('every form of a Version1 transaction has the hash that casper-js-sdk gives it', () => {
  test.each(
    Object.entries({
      'by account hash': payload({ initiator_addr: { AccountHash: `account-hash-${digest}` } }),
      'fixed price': payload({ pricing_mode: { Fixed: { gas_price_tolerance: 3, additional_computation_factor: 2 } } }),
      prepaid: payload({ pricing_mode: { Prepaid: { receipt: digest } } }),
      'in a future era': payload({}, { scheduling: { FutureEra: 12 } }),
      'with Wasm': payload({}, { target: { Session: { is_install_upgrade: true, module_bytes: '0061', runtime } } }),
      'stored by hash': payload({}, stored({ ByHash: digest })),
      'stored by name': payload({}, stored({ ByName: 'market' })),
      'a package, newest version': payload({}, stored({ ByPackageHash: { addr: digest, version: null } })),
      'a package, version 3': payload({}, stored({ ByPackageHash: { addr: digest, version: 3 } })),
      'a named package of a protocol': payload(
        {},
        stored({ ByPackageName: { name: 'market', version: 3, protocol_version_major: 2 } }),
      ),
      ...Object.fromEntries(
        'Transfer AddBid WithdrawBid Delegate Undelegate Redelegate ActivateBid ChangeBidPublicKey AddReservations CancelReservations'
          .split(' ')
          .map((name) => [name, payload({}, { entry_point: name })]),
      ),
      ...Object.fromEntries(
        (
          [
            ['Bool', '01'],
            ['I32', 'ffffffff'],
            ['U512', '0400f90295'],
            ['Unit', ''],
            ['String', '0100000061'],
            ['Key', `01${digest}`],
            ['URef', `${digest}07`],
            ['PublicKey', signer],
            [{ Option: 'U64' }, '01ffffffffffffffff'],
            [{ List: { Option: 'U8' } }, '010000000107'],
            [{ ByteArray: 2 }, '0102'],
            [{ Map: { key: 'String', value: 'U8' } }, '00000000'],
            [{ Tuple2: ['U8', 'Bool'] }, '0101'],
          ] as const
        ).map(([type, bytes]) => [`an argument of type ${JSON.stringify(type)}`, payload({}, args(type, bytes))]),
      ),
    }),
  )('%s', async (_what, json) => {
    const hash = sdkHash(json);
    await expect(submit(JSON.stringify(json), hash)).resolves.toMatchObject({ hash });
  });
});

describe('what nodes accept and casper-js-sdk misreads', () => {
  test.each(['1h30m', '1h 30m', '90min', '5400s', '5400sec', '1hour 30minutes', '5400000ms', '5400000000us'])(
    'a TTL of 90 minutes as %j',
    async (ttl) => {
      await expect(submit(JSON.stringify(payload({ ttl })), sdkHash(payload()))).resolves.toMatchObject({ ttl });
    },
  );

  test.each(['2026-11-23T00:30:00Z', '2026-11-23 00:30:00', '2026-11-23T00:30:00.000999999Z'])(
    'the same timestamp as %j',
    async (timestamp) => {
      const hash = sdkHash(payload());
      // What sync and expiry compute with is the instant, however it is spelled.
      await expect(submit(JSON.stringify(payload({ timestamp })), hash)).resolves.toMatchObject({
        timestamp: signedAt,
      });
    },
  );

  test('version 0, which is not the newest version', () => {
    const version = (number: number) =>
      bytesOf(payload({}, stored({ ByPackageHash: { addr: digest, version: number } })));
    // Of a u32 in an option only the number differs.
    expect(version(0)).toBe(version(3).replace(`${digest}0103000000`, `${digest}0100000000`));
    expect(version(0)).not.toBe(bytesOf(payload({}, stored({ ByPackageHash: { addr: digest, version: null } }))));
  });

  test('a name that is not ASCII: its length is that of its UTF-8', () => {
    expect(bytesOf(payload({}, stored({ ByName: 'é😀' })))).toContain('06000000c3a9f09f9880');
  });

  test('scheduling at a time, an era beyond 2^53, burning, no name of an entry point, and arguments as bytes', () => {
    const era = '{"FutureEra":9007199254740993}';
    // The tag 02 and the milliseconds, at the end.
    expect(bytesOf(payload({}, { scheduling: { FutureTimestamp: signedAt } })).slice(-18)).toBe(
      `02${instant(signedAt)}`,
    );
    expect(bytesOf(payload({}, { scheduling: parseExactly(era) }))).toMatch(/010100000000002000$/);
    expect(bytesOf(payload({}, { entry_point: 'Burn' }))).toContain(
      '01000000' + '0000' + '00000000' + '01000000' + '0c',
    );
    expect(bytesOf(payload({}, { entry_point: { Custom: '' } }))).toContain('05000000' + '01' + '00000000');
    expect(bytesOf(payload({}, { args: { Bytesrepr: '0102' } }))).toContain('07000000' + '01' + '02000000' + '0102');
  });

  test('a price beyond 2^53, to its last digit', async () => {
    const text = JSON.stringify(payload()).replace('"payment_amount":5', '"payment_amount":18446744073709551615');
    const hash = sdkHash(payload(), ({ pricingMode }) => {
      pricingMode.paymentLimited.paymentAmount = 2n ** 64n - 1n;
    });
    await expect(submit(text, hash)).resolves.toMatchObject({ hash });
    await expect(submit(text.replace('551615', '551614'), hash)).rejects.toThrow('hash');
    await expect(submit(text.replace('551615', '551616'), hash)).rejects.toThrow('2^64 - 1');
  });

  test('an argument whose bytes the SDK would write otherwise is hashed as it stands', () => {
    expect(bytesOf(payload({}, args('U512', '020100')))).toContain('03000000' + '020100' + '08');
  });

  test('a deploy of mainnet that mints a token', async () => {
    const text = JSON.stringify(minting);
    await expect(check(text, 'casper')).resolves.toMatchObject({
      kind: 'Deploy',
      hash: minting.hash,
      transaction: text,
    });
  });
});

test('a signature that says it is of another algorithm than its key is refused, as by nodes', async () => {
  const json = payload();
  const hash = sdkHash(json);
  const [{ signature } = { signature: '' }] = signed(hash);
  const approvals = [{ signer, signature: `02${signature.slice(2)}` }];
  await expect(check(JSON.stringify({ hash, payload: json, approvals }))).rejects.toMatchObject({
    code: 'invalid_transaction',
    errors: [{ path: 'approvals.0.signature' }],
  });
});

test.each([
  [{ entry_point: 'Fly' }, 'payload.fields.entry_point'],
  [{ scheduling: { FutureEra: -1 } }, 'payload.fields.scheduling.FutureEra'],
  [{ target: { Stored: { id: { ByHash: 'ab' }, runtime } } }, 'payload.fields.target.Stored.id.ByHash'],
  [{ args: { Named: [['a', { cl_type: 'U9', bytes: '' }]] } }, 'payload.fields.args.Named.0.1.cl_type'],
  [{ args: { Named: [['a', { cl_type: 'constructor', bytes: '' }]] } }, 'payload.fields.args.Named.0.1.cl_type'],
  [{ args: { Named: [['\ud800', { cl_type: 'U8', bytes: '' }]] } }, 'payload.fields.args.Named.0.0'],
  [{ target: JSON.parse('{"__proto__":null}') }, 'payload.fields.target'],
  [{ more: 1 }, 'payload.fields'],
])('the reason names the member that no node could read: %j', async (fields, path) => {
  await expect(submit(JSON.stringify(payload({}, fields)), digest)).rejects.toMatchObject({
    code: 'invalid_transaction',
    errors: [{ path }],
  });
});

function instant(iso: string): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(Date.parse(iso)));
  return bytes.toString('hex');
}

/** Of mainnet, in 2023 (casper-node 1.4), without what is only for people to read. */
const minting = {
  hash: 'd36e424c80b36b019988f925a3ea7fc318cb4063a141575cd2d2278940d852ce',
  header: {
    ttl: '3m',
    account: '0135ef6e3a5f623a6bb5212d985b1ca8c6d3277c7f2bd04ecb0c9aa5dc24755c77',
    body_hash: '1f6add4b3fd409e248175d2bdb0e10fc29fd0bdd1d7c036897b946bd0ed2a5c3',
    gas_price: 1,
    timestamp: '2023-02-14T01:05:42.106Z',
    chain_name: 'casper',
    dependencies: [],
  },
  payment: { ModuleBytes: { args: [['amount', { bytes: '0500e40b5402', cl_type: 'U512' }]], module_bytes: '' } },
  session: {
    StoredContractByHash: {
      args: [
        ['recipient', { bytes: '00ebd8942522cd017ee7debe652f3e0a8369a70e48c09759aea045ac283921517c', cl_type: 'Key' }],
        [
          'token_metas',
          {
            bytes:
              '0100000006000000040000006e616d6512000000456767666f7263652057686974656c6973740b0000006465736372697074696f6e12000000456767666f7263652057686974656c697374080000004d6174657269616c1200000053656c76796ee2809973206e6f64756c65731000000059656172206f66206372656174696f6e04000000323032320b0000005574696c697a6174696f6e1d000000427265616b2077686974656c69737465642047656e657369732045676705000000696d6167652c00000068747470733a2f2f6173736574732e656767666f7263652e696f2f73656c76796e2d68616d6d65722e706e67',
            cl_type: { List: { Map: { key: 'String', value: 'String' } } },
          },
        ],
      ],
      hash: '16fdc5d5cdda91e1d84e62a3d6135ca8f7f2fad44e928fed004b6ad9a73d7b9b',
      entry_point: 'mint',
    },
  },
  approvals: [
    {
      signer: '0135ef6e3a5f623a6bb5212d985b1ca8c6d3277c7f2bd04ecb0c9aa5dc24755c77',
      signature:
        '01ad9172d374d6bfd2b8a149b1cc7d731f8a1ace21255000372c0b814aaab8b9ce6b1d2ad71cf5b3b99df6438fe9d6a5f28d7f65c0d537e95e88464c8a9fe91307',
    },
  ],
};
