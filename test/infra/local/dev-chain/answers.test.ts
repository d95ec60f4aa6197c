import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DevChain, startDevChain } from '../../../../infra/local/dev-chain/dev-chain.ts';
import { ask, exchange, type Question } from './exchange.ts';

interface Recorded {
  readonly name: string;
  readonly request: Question & { readonly path: string };
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly error?: object };
}

/** The recorded tip, and the height whose block is used in its place. Neither is a switch block. */
const RECORDED_TIP = 288;
const RECORDED_TIP_HASH = 'd0016106b7e68cfa2f0ece174820c6018412fe965985751c26e80d83bbd73c3e';
const RECORDED_TIP_ROOT = '79ed3b69004c3a452f19b572cbbc0d332aff9f57eb4cd7162847c390dd92438a';
const TIP = 119;

const exchanges = readFileSync(new URL('./fixtures/answers.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded);

let chain: DevChain;
let tip: { hash: string; root: string };

beforeAll(async () => {
  chain = await startDevChain({ height: TIP });
  const { result } = await ask(chain.url, 'info_get_status');
  const { hash, state_root_hash: root } = result.last_added_block_info;
  tip = { hash, root };
});

afterAll(() => chain.close());

async function replay({ request }: Recorded) {
  const body = request.body?.replaceAll(RECORDED_TIP_HASH, tip.hash).replaceAll(RECORDED_TIP_ROOT, tip.root);
  const url = chain.url.replace('/rpc', request.path);
  const answer = await exchange(url, { method: request.method, headers: request.headers, body });
  return { ...answer, json: JSON.parse(answer.body.toString('utf8')) as Recorded['body'] };
}

/** A value's members and types, without values; a list by its first entry. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shape);
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shape(member)]));
}

const refusals = exchanges.filter(({ body, status }) => body.error !== undefined || status !== 200);
const results = exchanges.filter(({ body, status }) => body.error === undefined && status === 200);

describe('compared with the recorded node, the dev chain', () => {
  test('has refusals and results to compare', () => {
    expect(refusals.length).toBeGreaterThan(35);
    expect(results.length).toBeGreaterThan(35);
  });

  test.each(refusals.map((recorded) => [recorded.name, recorded] as const))(
    'refuses in the same way: %s',
    async (_, recorded) => {
      const { status, headers, json } = await replay(recorded);
      const expected = JSON.stringify(recorded.body).replace(`"high":${RECORDED_TIP}`, `"high":${TIP}`);
      expect(json).toEqual(JSON.parse(expected));
      expect([status, headers['content-type']]).toEqual([recorded.status, recorded.headers['content-type']]);
    },
  );

  test.each(results.map((recorded) => [recorded.name, recorded] as const))(
    'answers in the same shape: %s',
    async (_, recorded) => {
      if (recorded.name === 'status while catching up') chain.fault('catching-up', { blocksBehind: 0 });
      const { status, headers, json } = await replay(recorded);
      chain.fault(undefined);
      expect(shape(json)).toEqual(shape(recorded.body));
      expect([status, headers['content-type']]).toEqual([recorded.status, recorded.headers['content-type']]);
    },
  );

  const unchangedSince = [
    'block by height',
    'state root by height',
    'block transfers',
    'account by public key',
    'account at height 0',
    'balance purse',
    'dictionary by contract named key',
    'dictionary by seed uref',
    'dictionary approved 1',
    'transaction',
    'deploy as transaction',
    'deploy',
  ];
  test.each(unchangedSince)('answers with the same values: %s', async (name) => {
    const recorded = exchanges.find((each) => each.name === name);
    if (recorded === undefined) throw new Error(`no recorded exchange ${name}`);
    const { json } = await replay(recorded);
    expect(withoutProofs(json)).toEqual(withoutProofs(recorded.body));
  });
});

function withoutProofs(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (name, member) => (name === 'merkle_proof' ? undefined : member)));
}
