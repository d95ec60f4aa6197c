import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Handler } from '../../../infra/local/aws/functions.ts';
import { absent, examples, noTransaction, others } from '../../faults/examples.ts';
import { inVirtualTime, passed } from './scripted-node.ts';
import { truthOf } from './scripts/truths.ts';
import { loadHandlers } from './scripts/world.ts';
import { type Asked, type VirtualCluster, virtualCluster } from './virtual-cluster.ts';

const fromChain = 'no-cache, stale-if-error=0';
/** Longer than an attempt. */
const slow = { latency: { least: 5_000, most: 6_000 } };

let functions: ReadonlyMap<string, Handler>;
beforeAll(async () => {
  functions = await loadHandlers();
});

const asked = ({ path, ref }: (typeof examples)[number]): Asked => ({ ...ref, path }) as Asked;

/** Reads from the chain, and counts the requests to the slow node. */
async function readOf(cluster: VirtualCluster, question: Asked) {
  const before = cluster.nodes[0]?.calls() ?? 0;
  const { status, body } = await cluster.ask(0, question, fromChain);
  const calls = (cluster.nodes[0]?.calls() ?? 0) - before;
  const data = status === 404 ? null : body.data;
  return { question, data, source: body.meta?.source, stale: body.meta?.stale, calls };
}

const asWithoutFault = (question: Asked) => ({
  question,
  data: truthOf(question, 60),
  source: 'chain',
  stale: false,
});

/** A transaction is absent only when no node knows it, so every node is asked for both of its kinds (rule KIND-2). */
const mostCalls = ({ kind, id }: Asked): number => (kind === 'transaction' && id === noTransaction ? 3 : 1);

describe('While the first of two nodes is slow', () => {
  test('a process that has just started answers as without it, for at most one call to that node', () =>
    inVirtualTime(async () => {
      for (const question of [...examples, ...absent].map(asked)) {
        const cluster = virtualCluster(functions, { nodes: ['north', 'south'], instances: 1 });
        cluster.strike(slow, 0);
        const { calls, ...read } = await readOf(cluster, question);
        expect(read).toEqual(asWithoutFault(question));
        expect(calls).toBeGreaterThanOrEqual(1);
        expect(calls).toBeLessThanOrEqual(mostCalls(question));
      }
    }));

  test('a warm process answers as without it, for at most one call to that node', () =>
    inVirtualTime(async () => {
      const cluster = virtualCluster(functions, { nodes: ['north', 'south'], instances: 1 });
      await cluster.read(0, 0);
      cluster.strike(slow, 0);
      for (const [number, question] of [...others, ...absent].map(asked).entries()) {
        // The slow node is due for a probe: 5 s after the last one failed, which took an attempt of 800 ms.
        await passed(6_000);
        const { calls, ...read } = await readOf(cluster, question);
        expect(read).toEqual(asWithoutFault(question));
        expect(calls).toBeGreaterThanOrEqual(number === 0 ? 1 : 0);
        expect(calls).toBeLessThanOrEqual(mostCalls(question));
        // Until the next probe it is not asked.
        const again = await readOf(cluster, asked(examples[3] as (typeof examples)[number]));
        expect({ question, calls: again.calls }).toEqual({ question, calls: 0 });
      }
    }));

  test('in state alone, a read that has begun there is continued at the other node', () =>
    inVirtualTime(async () => {
      for (const question of [...examples, ...absent].map(asked)) {
        const cluster = virtualCluster(functions, { nodes: ['north', 'south'], instances: 1 });
        const reading = readOf(cluster, question);
        // The status has been answered by then.
        while ((cluster.nodes[0]?.fates().answered ?? 0) === 0) await passed(1);
        cluster.strike(slow, 0);
        const { calls: _calls, ...read } = await reading;
        expect(read).toEqual(asWithoutFault(question));
      }
    }));
});
