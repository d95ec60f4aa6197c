import * as z from 'zod/mini';

const text = z.string();
const hex64 = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const digits = z.string().check(z.regex(/^\d+$/));
const height = z.int().check(z.minimum(0));
const publicKey = z.string().check(z.regex(/^0(1[0-9a-f]{64}|2[0-9a-f]{66})$/));
const accountHash = z.string().check(z.regex(/^account-hash-[0-9a-f]{64}$/));
/** Numbers in it are as the chain writes them, also where they exceed what a double holds. */
const anyObject = z.record(z.string(), z.unknown());
/** The application's own data beside the record. */
const local = z.nullable(anyObject);

/** Exact decimal strings. */
export const amountSchema = z.strictObject({ motes: digits, cspr: z.string().check(z.regex(/^\d+(\.\d{1,9})?$/)) });

export const block = z.strictObject({ height, hash: hex64, timestamp: z.iso.datetime() });

export const asset = z.strictObject({
  kind: z.literal('asset'),
  id: text,
  collection: z.nullable(text),
  standard: z.enum(['cep78', 'cep47', 'cep95']),
  packageHash: hex64,
  contractHash: z.nullable(hex64),
  tokenId: text,
  owner: z.nullable(text),
  burnt: z.boolean(),
  approved: z.nullable(text),
  metadata: z.union([z.null(), text, anyObject, z.array(z.unknown())]),
  assetValue: z.nullable(text),
  verified: z.nullable(z.boolean()),
  local,
});

export const account = z.strictObject({
  kind: z.literal('account'),
  id: accountHash,
  mainPurse: z.string().check(z.regex(/^uref-[0-9a-f]{64}-00[0-7]$/)),
  balance: amountSchema,
  available: amountSchema,
  local,
});

export const staking = z.strictObject({
  kind: z.literal('staking'),
  id: accountHash,
  totalStaked: amountSchema,
  delegations: z.array(z.strictObject({ validator: publicKey, staked: amountSchema })),
  unbondings: z.array(
    z.strictObject({
      validator: publicKey,
      amount: amountSchema,
      eraOfCreation: height,
      redelegatesTo: z.nullable(publicKey),
    }),
  ),
  bid: z.nullable(z.strictObject({ staked: amountSchema, delegationRate: height, inactive: z.boolean() })),
  complete: z.boolean(),
  rewards: z.nullable(z.strictObject({ era: height, amount: amountSchema })),
  liquid: z.nullable(
    z.strictObject({ balance: digits, exchangeRate: z.nullable(text), value: z.nullable(amountSchema) }),
  ),
  local,
});

export const transaction = z.strictObject({
  kind: z.literal('transaction'),
  id: hex64,
  hash: hex64,
  type: z.enum(['Version1', 'Deploy']),
  status: z.enum(['pending', 'processed', 'failed', 'expired']),
  initiator: z.union([publicKey, accountHash]),
  timestamp: z.iso.datetime(),
  ttl: text,
  executedAt: z.nullable(z.strictObject({ height, hash: hex64 })),
  cost: z.nullable(amountSchema),
  consumed: z.nullable(digits),
  refund: z.nullable(amountSchema),
  errorMessage: z.nullable(text),
  transfers: z.array(
    z.strictObject({ from: accountHash, to: z.nullable(accountHash), amount: amountSchema, id: z.nullable(digits) }),
  ),
  local,
});

/** A kind that is not described here is still served: by its route, with its name and id. */
export const otherData = z.looseObject({ kind: text, id: text });

export const dataOf: Readonly<Record<string, z.ZodMiniType>> = { asset, account, staking, transaction };
