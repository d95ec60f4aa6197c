import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DevChain, startDevChain } from '../../../../infra/local/dev-chain/dev-chain.ts';
import { ask } from './exchange.ts';
import { devKeys, keyOf, type Signer, signedCall, signedTransfer } from './signed.ts';

const [ed] = devKeys as [Signer];

let chain: DevChain;
beforeAll(async () => {
  chain = await startDevChain({ height: 60 });
});
afterAll(() => chain.close());

const put = (transaction: object) =>
  ask(chain.url, 'account_put_transaction', { transaction: { Version1: transaction } });
const runtime = 'VmCasperV1';
const session = { Session: { is_install_upgrade: false, module_bytes: '00', runtime } };
const stored = { Stored: { id: { ByHash: '11'.repeat(32) }, runtime } };
const sentAs = (fields: object, terms: object = {}) => {
  const { payload, ...rest } = signedTransfer({ from: ed, to: keyOf(2).publicKey.toHex() });
  return { ...rest, payload: { ...payload, ...terms, fields: { ...(payload.fields as object), ...fields } } };
};
const limited = { payment_amount: 100_000_000, gas_price_tolerance: 1, standard_payment: true };

describe('what nodes of 2.x refuse by the form of a transaction, in the words of their sidecars', () => {
  test.each<[string, object, object, string]>([
    [
      'a price that is not limited by payment',
      {},
      { pricing_mode: { Prepaid: { receipt: '00'.repeat(32) } } },
      'pricing mode',
    ],
    [
      'a fixed price',
      {},
      { pricing_mode: { Fixed: { ...limited, additional_computation_factor: 0 } } },
      'pricing mode',
    ],
    ['a native call', { entry_point: 'Call' }, {}, "entry point cannot be 'call'"],
    ['a native custom call', { entry_point: { Custom: 'mint' } }, {}, 'should not have a custom entry point'],
    [
      'a contract without the name of an entry point',
      { target: stored, entry_point: 'Call' },
      {},
      'must have a custom entry point',
    ],
    ['code with the name of an entry point', { target: session, entry_point: { Custom: 'a' } }, {}, "must be 'call'"],
    [
      'no code',
      { target: { Session: { ...session.Session, module_bytes: '' } }, entry_point: 'Call' },
      {},
      'empty module bytes',
    ],
    [
      'another runtime',
      { target: { Session: { ...session.Session, runtime: { VmCasperV2: {} } } }, entry_point: 'Call' },
      {},
      'invalid transaction runtime',
    ],
    [
      'arguments without names',
      { target: session, entry_point: 'Call', args: { Bytesrepr: '00' } },
      {},
      'expected named arguments',
    ],
    ['a delegation without a validator', { entry_point: 'Delegate' }, {}, 'was missing an argument'],
    [
      'a call that may cost more than any lane has',
      { target: session, entry_point: 'Call' },
      { pricing_mode: { PaymentLimited: { ...limited, payment_amount: 1_000_000_000_001 } } },
      "couldn't associate a transaction lane",
    ],
    [
      'an installation that may cost more than a block has',
      { target: { Session: { ...session.Session, is_install_upgrade: true } }, entry_point: 'Call' },
      { pricing_mode: { PaymentLimited: { ...limited, payment_amount: 1_625_000_000_001 } } },
      'exceeds the networks block gas limit',
    ],
    [
      'a call that is paid before',
      { target: session, entry_point: 'Call' },
      { pricing_mode: { Prepaid: { receipt: '00'.repeat(32) } } },
      'Pricing mode not supported',
    ],
  ])('%s', async (_, fields, terms, why) => {
    const { error } = await put(sentAs(fields, terms));
    expect(error).toMatchObject({ code: -32016, message: 'Invalid transaction', data: expect.stringContaining(why) });
    expect(chain.accepted()).toEqual([]);
  });

  test('a tolerance that is too low, which comes as a failed request', async () => {
    const { error } = await put(
      sentAs({}, { pricing_mode: { PaymentLimited: { ...limited, gas_price_tolerance: 0 } } }),
    );
    expect(error).toMatchObject({
      code: -32018,
      message: 'Node request failure',
      data: 'request for submitting a transaction has failed: gas price tolerance too low',
    });
  });
});

test('a call whose argument is not ASCII is accepted', async () => {
  const sent = signedCall({ from: ed, argument: 'Zürich ✓' });
  expect((await put(sent)).result).toMatchObject({ transaction_hash: { Version1: sent.hash } });
});
