import { recordedAccounts, recordedTransactions } from '../contract/recorded.ts';
import type { Local } from '../support/local.ts';
import type { Row } from './row.ts';

/** Of chain-d. */
const validators = 3;

/** JSON-RPC requests of one cold read of each kind, compared with the least that can answer it. */
export async function chainCalls(local: Local): Promise<Row[]> {
  const { node } = local;
  const rows: Row[] = [];
  const noCache = { 'cache-control': 'no-cache' };

  async function count(name: string, path: string, least: number, why: string, status = 200) {
    node.resetCalls();
    const got = await local.get(path, noCache);
    const { total, byMethod } = node.calls();
    if (got.status !== status) throw new Error(`${path}: ${got.status} ${JSON.stringify(got.body)}`);
    rows.push({
      bench: `cold read: ${name}`,
      counts: 'calls',
      figure: String(total),
      against: String(least),
      ratio: total / least,
      detail: `least: ${why}`,
      made: byMethod,
    });
  }

  const token = 'owner, burnt, approved, metadata';
  await count('asset, layout unknown', '/v1/assets/villas/0', 8, `tip, package, contract, metadata kind, ${token}`);
  await count('asset, layout known at the block', '/v1/assets/villas/1', 5, `tip, ${token}`);
  await count(
    'asset that does not exist',
    '/v1/assets/villas/999',
    3,
    'tip, owner, proof that the node has the state',
    404,
  );
  local.setHeight(node.height() + 1);
  await count(
    'asset, layout known at an earlier block, without sync',
    '/v1/assets/villas/2',
    8,
    'as unknown: an upgrade may have happened since',
  );

  const [first, second, third] = recordedAccounts('chain-d').filter(({ publicKey }) => publicKey.startsWith('01'));
  await count('account', `/v1/accounts/${first?.publicKey}`, 3, 'tip, account, balance');

  const position = `tip, account, block, own bid, own unbonding, ${validators} validators x (delegation, unbonding)`;
  const least = 5 + 2 * validators;
  await count(
    'staking, the first one: the validators are searched and an era is read, once',
    `/v1/accounts/${second?.publicKey}/staking`,
    least + 1,
    `${position}, the era's rewards`,
  );
  await count('staking, validators and era known', `/v1/accounts/${third?.publicKey}/staking`, least, position);

  const hashes = recordedTransactions('chain-d');
  const version1 = hashes[0];
  await count('transaction (Version1)', `/v1/transactions/${version1}`, 2, 'tip, transaction');
  const deploy = (await types(local, hashes)).get('Deploy');
  await count(
    'transaction (Deploy)',
    `/v1/transactions/${deploy}`,
    3,
    'tip, and twice: a bare hash does not show its kind',
  );
  await count(
    'transaction that does not exist',
    `/v1/transactions/${'0'.repeat(64)}`,
    4,
    'tip, one read as transaction and one as deploy, proof that the node has the state',
    404,
  );
  return rows;
}

async function types(local: Local, hashes: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const refs = hashes.slice(0, 100).map((id) => ({ kind: 'transaction', id }));
  const { body } = await local.post('/v1/lookup', { refs });
  return new Map(
    body.results.flatMap(({ data }: { data?: { type: string; hash: string } }) =>
      data === undefined ? [] : [[data.type, data.hash]],
    ),
  );
}

/** JSON-RPC requests of a cache hit. */
export async function warmCalls(local: Local): Promise<Row> {
  const hits = 100;
  await local.get('/v1/assets/villas/0', { 'cache-control': 'no-cache' });
  local.node.resetCalls();
  for (let index = 0; index < hits; index += 1) {
    const { headers } = await local.get('/v1/assets/villas/0');
    if (headers.get('cache-status') !== 'astake-lookup; hit') throw new Error('not a hit');
  }
  const { total } = local.node.calls();
  return {
    bench: `warm hit: ${hits} of one asset`,
    counts: 'calls',
    figure: String(total),
    against: '0',
    goal: '0',
    met: total === 0,
  };
}
