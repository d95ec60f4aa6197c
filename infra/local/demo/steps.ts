import { setTimeout as pause } from 'node:timers/promises';
import { firstBrokenLink } from '../../../lib/domain/audit-chain.ts';
import type { AuditEntry } from '../../../lib/domain/record.ts';
import type { DevChain } from '../dev-chain/dev-chain.ts';
import { recordedExamples } from '../dev-chain/recorded-examples.ts';
import type { DemoClient, DemoReply } from './demo-client.ts';

/** `data` is for readers; the digest is over the other members. */
type HistoryEntry = Omit<AuditEntry, 'ref'> & { readonly data?: unknown };

export interface Step {
  readonly title: string;
  /** What the step shows. It is printed only if all checks pass. */
  readonly shows: string;
  /** Resolves with the result of each check, by its description. */
  run(): Promise<Readonly<Record<string, boolean>>>;
}

/** In the recording, token 0 of the villas changes its owner in blocks 31, 32, 51 and 81. */
const villa = '/v1/assets/villas/0';
/** Of the operator of the demo. */
export const demoKey = 'the-key-of-the-demo';
export const firstHeight = 30;

const { account, transaction, collections } = recordedExamples['chain-a'];
const noCache = { 'Cache-Control': 'no-cache' };

const from = ({ body }: DemoReply, source: string): Readonly<Record<string, boolean>> => ({
  [`meta.source is ${source}`]: body.meta?.source === source,
});

export function createSteps({ chain, ask }: { readonly chain: DevChain; readonly ask: DemoClient }): readonly Step[] {
  let firstOwner: string;
  let lastOwner: string;

  return [
    {
      title: 'First lookup of a token',
      shows: 'Nothing was cached, so the answer was read from the chain at its newest block.',
      async run() {
        const got = await ask.get(villa);
        firstOwner = got.body.data?.owner;
        return {
          'status is 200': got.status === 200,
          ...from(got, 'chain'),
          'not stale': got.body.meta.stale === false,
          'read at the newest block': got.body.meta.block.height === firstHeight,
          'the chain was called': got.totalCalls > 0,
        };
      },
    },
    {
      title: 'The same lookup again',
      shows: 'A cache hit: the same owner, without a call to the chain.',
      async run() {
        const got = await ask.get(villa);
        return {
          ...from(got, 'cache'),
          'Cache-Status is a hit': got.headers.get('cache-status') === 'astake-lookup; hit',
          'the same owner': got.body.data.owner === firstOwner,
          'no chain calls': got.totalCalls === 0,
        };
      },
    },
    {
      title: 'The token is sold in block 31 and again in block 32; a forced refresh',
      shows: 'The answer was read from the chain although a value was cached: a higher block, a new owner.',
      async run() {
        chain.setHeight(32);
        const got = await ask.get(villa, noCache);
        lastOwner = got.body.data?.owner;
        return {
          ...from(got, 'chain'),
          'read at block 32': got.body.meta.block.height === 32,
          'another owner': typeof lastOwner === 'string' && lastOwner !== firstOwner,
        };
      },
    },
    {
      title: 'The chain has been down for a second',
      shows: 'The database answers instead. The answer says so: stale, its age, and the block of the value.',
      async run() {
        chain.fault('down');
        await pause(1_100);
        const got = await ask.get(villa, noCache);
        return {
          'status is 200': got.status === 200,
          ...from(got, 'database'),
          'labelled stale': got.body.meta.stale === true,
          'the age is in the answer': got.body.meta.age >= 1 && got.headers.get('age') === String(got.body.meta.age),
          'the answer must not be cached': got.headers.get('cache-control')?.includes('max-age=0') === true,
          'the value is the one last read, at block 32':
            got.body.meta.block.height === 32 && got.body.data.owner === lastOwner,
        };
      },
    },
    {
      title: 'A client that refuses stale answers',
      shows: 'An error instead of an old value, and the time after which to retry.',
      async run() {
        const got = await ask.get(villa, { 'Cache-Control': 'no-cache, stale-if-error=0' });
        return {
          'status is 503': got.status === 503,
          'code is chain_unavailable': got.body.code === 'chain_unavailable',
          'Retry-After is given': Number(got.headers.get('retry-after')) > 0,
        };
      },
    },
    {
      title: 'A token that was never looked up, while the chain is down',
      shows: '503, not 404: "the chain cannot answer" is not "the token does not exist".',
      async run() {
        const got = await ask.get('/v1/assets/villas/1');
        return { 'status is 503': got.status === 503, 'the request may be retried': got.body.retryable === true };
      },
    },
    {
      title: 'The chain recovers, 19 blocks later',
      shows: 'The chain answers again; the token was sold in block 51.',
      async run() {
        chain.fault(undefined);
        chain.setHeight(51);
        // The breaker may have opened just now: the only node is tried again a second later.
        await pause(1_100);
        const got = await ask.get(villa, noCache);
        return {
          ...from(got, 'chain'),
          'not stale': got.body.meta.stale === false,
          'read at block 51': got.body.meta.block.height === 51,
          'another owner': got.body.data.owner !== lastOwner,
        };
      },
    },
    {
      title: 'A token that does not exist',
      shows: '404 with the block at which the token is absent: only a proven "not found" counts as absence.',
      async run() {
        const got = await ask.get('/v1/assets/villas/999');
        return {
          'status is 404': got.status === 404,
          'code is not_found': got.body.code === 'not_found',
          'at block 51': got.body.meta?.block.height === 51,
        };
      },
    },
    {
      title: 'Read your own write: the sale is in block 81, and the chain is still at block 80',
      shows: 'The request waited for block 81 and returned the new owner; the cached answer was too old.',
      async run() {
        chain.setHeight(80);
        const before = await ask.get(villa, noCache);
        const [got] = await Promise.all([ask.get(`${villa}?minHeight=81`), pause(300).then(() => chain.setHeight(81))]);
        return {
          'first read at block 80': before.body.meta.block.height === 80,
          ...from(got, 'chain'),
          'read at block 81': got.body.meta.block.height === 81,
          'another owner': got.body.data.owner !== before.body.data.owner,
        };
      },
    },
    {
      title: 'A batch of all kinds',
      shows: 'One result for each, in order, all as of the same block. The tip was read once.',
      async run() {
        const refs = [
          { kind: 'asset', id: 'villas:1' },
          { kind: 'account', id: account },
          { kind: 'staking', id: account },
          { kind: 'transaction', id: transaction },
          { kind: 'asset', id: 'villas:998' },
        ];
        const got = await ask.post('/v1/lookup', refs);
        const results: { data?: { kind: string }; error?: { code: string }; meta: { block: { height: number } } }[] =
          got.body.results;
        const outcomes = results.map(({ data, error }) => data?.kind ?? error?.code);
        return {
          'results in order': outcomes.join() === 'asset,account,staking,transaction,not_found',
          'all at block 81': results.every(({ meta }) => meta.block.height === 81),
          'one call for the tip': got.calls.info_get_status === 1,
        };
      },
    },
    {
      title: 'The history of the token',
      shows: 'Every change of the record. Each entry contains the digest of the entry before; the chain is intact.',
      async run() {
        const { body } = await ask.get(`${villa}/history`);
        const ref = { kind: 'asset', id: `${collections.villas.package}:0` };
        const entries: AuditEntry[] = body.entries.map(({ data: _shown, ...entry }: HistoryEntry) => ({
          ref,
          ...entry,
        }));
        return {
          'one entry for each change that was read': entries.map(({ block }) => block?.height).join() === '81,51,32,30',
          'the digests match': firstBrokenLink(entries.toReversed()) === undefined,
          'the first entry has no previous digest': entries.at(-1)?.previousDigest === null,
        };
      },
    },
    {
      title: 'Health',
      shows: 'Each part says whether it is well, since when it is not, why, and what to do.',
      async run() {
        const { status, body } = await ask.get('/v1/health', { authorization: `Bearer ${demoKey}` });
        const { nodes, reads, writes } = body.components;
        return {
          'status is 200': status === 200,
          'nodes and store are healthy': [nodes, reads, writes].every((part) => part.status === 'healthy'),
        };
      },
    },
  ];
}
