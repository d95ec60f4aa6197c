import { createRequire } from 'node:module';
import { DEV_ACCOUNTS } from '../../../../infra/local/dev-chain/dev-accounts.ts';
import { blake2b256 } from '../../../../lib/domain/account-id.ts';

// biome-ignore lint/suspicious/noExplicitAny: the SDK's own types do not compile under strict settings
const sdk = createRequire(import.meta.url)('casper-js-sdk') as any;

const { ED25519, SECP256K1 } = sdk.KeyAlgorithm;

export interface Signer {
  readonly publicKey: { toHex(): string };
}

export const devKeys: readonly Signer[] = [
  sdk.PrivateKey.fromHex(DEV_ACCOUNTS[0].secret, ED25519),
  sdk.PrivateKey.fromHex(DEV_ACCOUNTS[1].secret, SECP256K1),
];

/** A key of its own for each number. */
export const keyOf = (number: number): Signer =>
  sdk.PrivateKey.fromHex(number.toString(16).padStart(64, '0'), number % 2 === 0 ? ED25519 : SECP256K1);

export interface Wish {
  readonly from: Signer;
  readonly to: string;
  readonly amount?: string;
  readonly id?: string;
  readonly chainName?: string;
  readonly timestamp?: string;
  readonly ttlMs?: number;
  readonly signers?: readonly Signer[];
  readonly payment?: bigint;
}

export interface Signed {
  readonly hash: string;
  readonly payload: Readonly<Record<string, unknown>> & { readonly pricing_mode: { readonly PaymentLimited: object } };
  readonly approvals: readonly { readonly signer: string; readonly signature: string }[];
}

/** A native transfer, as casper-js-sdk makes and signs it. */
export function signedTransfer(wish: Wish): Signed {
  const { from, to, amount = '2500000000', id = '7', chainName = 'casper-net-1' } = wish;
  const builder = new sdk.NativeTransferBuilder()
    .from(from.publicKey)
    .target(sdk.PublicKey.fromHex(to))
    .amount(amount)
    .id(id)
    .chainName(chainName)
    .payment(100_000_000);
  if (wish.timestamp !== undefined) builder.timestamp(new sdk.Timestamp(new Date(wish.timestamp)));
  if (wish.ttlMs !== undefined) builder.ttl(wish.ttlMs);
  const transaction = builder.build();
  if (wish.payment !== undefined) rehash(transaction, wish.payment);
  return signed(transaction, wish.signers ?? [from]);
}

export function signedDelegation({ from, to }: Pick<Wish, 'from' | 'to'>): Signed {
  const builder = new sdk.NativeDelegateBuilder()
    .from(from.publicKey)
    .validator(sdk.PublicKey.fromHex(to))
    .amount('500000000000')
    .chainName('casper-net-1')
    .payment(2_500_000_000);
  return signed(builder.build(), [from]);
}

/** A call of a contract with one text as its argument. */
export function signedCall({ from, argument }: { readonly from: Signer; readonly argument: string }): Signed {
  const builder = new sdk.ContractCallBuilder()
    .from(from.publicKey)
    .byHash('11'.repeat(32))
    .entryPoint('rename')
    .runtimeArgs(sdk.Args.fromMap({ name: sdk.CLValue.newCLString(argument) }))
    .chainName('casper-net-1')
    .payment(2_500_000_000);
  return signed(builder.build(), [from]);
}

/** A native transfer as a Deploy of 1.x. */
export function signedDeploy({ from, to, amount = '2500000000', chainName = 'casper-net-1' }: Wish): { hash: string } {
  const deploy = sdk.makeCsprTransferDeploy({
    senderPublicKeyHex: from.publicKey.toHex(),
    recipientPublicKeyHex: to,
    transferAmount: amount,
    chainName,
    memo: '1',
  });
  deploy.sign(from);
  return sdk.Deploy.toJSON(deploy);
}

/** Hashes with a payment that the SDK cannot write, as it takes a number: the JSON says 0 in its place. */
// biome-ignore lint/suspicious/noExplicitAny: as above
function rehash(transaction: any, payment: bigint): void {
  const version1 = transaction.getTransactionV1();
  version1.payload.pricingMode.paymentLimited.paymentAmount = payment;
  const bytes = version1.payload.toBytes();
  version1.payload.pricingMode.paymentLimited.paymentAmount = 0;
  const hash = sdk.Hash.fromHex(blake2b256(bytes));
  version1.hash = hash;
  transaction.hash = new sdk.TransactionHash(undefined, hash);
}

// biome-ignore lint/suspicious/noExplicitAny: as above
function signed(transaction: any, signers: readonly Signer[]): Signed {
  for (const signer of signers) transaction.sign(signer);
  return transaction.toJSON();
}
