import type { Json, LiquidSettings, RecordedTruth } from '../support/recorded-truth.ts';

/** Something to ask the service, and what the recording says the answer's data is at a height: null where absent. */
export interface Question {
  readonly kind: 'asset' | 'collection' | 'account' | 'staking' | 'transaction';
  readonly id: string;
  readonly path: string;
  truth(height: number): Json | null;
}

/** Tokens and accounts that no block of either recording has. */
export const unusedAccount = `account-hash-${'0'.repeat(63)}1`;
const noPackage = 'f'.repeat(64);
const neverMinted = ['1000000', 'no-such-token'];

/** Everything that a recording holds, each under every name that it can be asked by, and some that it does not hold. */
export function questionsOf(truth: RecordedTruth, liquid?: LiquidSettings): readonly Question[] {
  const minted = truth.tokens.flatMap((token) =>
    [token.collection, token.packageHash].map((collection) =>
      asset(collection, token.tokenId, (height) => truth.asset(token, height)),
    ),
  );
  const unminted = truth.collections.flatMap(({ alias }) =>
    neverMinted.map((tokenId) => asset(alias, tokenId, absent)),
  );
  const collections = [...truth.collections, { alias: undefined, packageHash: noPackage }].flatMap(
    ({ alias, packageHash }) =>
      [packageHash, ...(alias === undefined ? [] : [alias])].map(
        (name): Question => ({
          kind: 'collection',
          id: name,
          path: `/v1/collections/${name}`,
          truth: (height) => truth.collection(packageHash, height),
        }),
      ),
  );
  const holders = [...truth.accounts, { id: unusedAccount, publicKey: undefined }].flatMap(({ id, publicKey }) =>
    [id, ...(publicKey === undefined ? [] : [publicKey])].flatMap((name): Question[] => [
      { kind: 'account', id: name, path: `/v1/accounts/${name}`, truth: (height) => truth.account(id, height) },
      {
        kind: 'staking',
        id: name,
        path: `/v1/accounts/${name}/staking`,
        truth: (height) => truth.staking(id, height, liquid),
      },
    ]),
  );
  const transactions = truth.transactions.map(
    ({ hash }): Question => ({
      kind: 'transaction',
      id: hash,
      path: `/v1/transactions/${hash}`,
      truth: (height) => truth.transaction(hash, height),
    }),
  );
  return [...minted, ...unminted, ...collections, ...holders, ...transactions];
}

const asset = (collection: string, tokenId: string, truth: Question['truth']): Question => ({
  kind: 'asset',
  id: `${collection}:${tokenId}`,
  path: `/v1/assets/${collection}${inPath.test(tokenId) ? `/${tokenId}` : `?tokenId=${encodeURIComponent(tokenId)}`}`,
  truth,
});

/** What reaches the service unchanged in a path. Any other id is asked for in the query. */
const inPath = /^[\w.~-]+$/;

const absent = () => null;
