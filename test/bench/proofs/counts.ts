import type { DevChain } from '../../../infra/local/dev-chain/dev-chain.ts';
import type { EntityRef } from '../../../lib/domain/entity.ts';
import { startRpcProxy } from '../../support/rpc-proxy.ts';
import type { Row } from '../row.ts';
import { type Proving, provings, read, readerOf } from './reader.ts';

interface Counted {
  readonly calls: number;
  readonly sent: number;
  readonly received: number;
}
const nothing: Counted = { calls: 0, sent: 0, received: 0 };

/**
 * Calls to nodes, and bytes of their requests and answers. What a process asks once, of the chain or of a block, is in rows of its own: a
 * read after that asks for the same as an unproved one.
 */
export async function countsOfProofs(
  node: Pick<DevChain, 'url' | 'chainName' | 'height' | 'setHeight'>,
  subjects: Readonly<Record<'account', EntityRef> & Record<string, EntityRef>>,
): Promise<Row[]> {
  let counted = nothing;
  const proxy = await startRpcProxy(node.url, async (request, forward) => {
    const { id: _id, jsonrpc: _version, ...answer } = await forward();
    counted = {
      calls: counted.calls + 1,
      sent: counted.sent + JSON.stringify(request).length,
      received: counted.received + JSON.stringify(answer).length,
    };
    return answer;
  });
  const begin = node.height();
  const countsAs = async (proving: Proving) => {
    node.setHeight(begin);
    const service = readerOf(proxy.url, node.chainName, proving);
    const countsOf = async (ref: EntityRef): Promise<Counted> => {
      counted = nothing;
      await read(ref, service);
      return counted;
    };
    const firstOfProcess = await countsOf(subjects.account);
    node.setHeight(begin + 1);
    const firstOfBlock = await countsOf(subjects.account);
    const others: Counted[] = [];
    for (const ref of Object.values(subjects)) {
      await read(ref, service);
      others.push(await countsOf(ref));
    }
    return { firstOfProcess: [firstOfProcess], firstOfBlock: [firstOfBlock], others };
  };
  try {
    const found = { proved: await countsAs('proved'), unproved: await countsAs('unproved') };
    return (['calls', 'sent', 'received'] as const).flatMap((what) => {
      const row = (name: string, of: keyof typeof found.proved, hasGoal: boolean): Row => {
        const [ours, bare] = provings.map((proving) => found[proving][of].map((each) => each[what]).join(', '));
        return {
          bench: `${what === 'calls' ? 'calls' : `bytes ${what}`}, proved over unproved: ${name}`,
          counts: what === 'calls' ? 'calls' : 'bytes',
          figure: `${ours}`,
          against: `${bare}`,
          ...(hasGoal && { goal: 'the same', met: ours === bare }),
        };
      };
      return [
        row(Object.keys(subjects).join(', '), 'others', true),
        row('the first read of a further block, an account', 'firstOfBlock', false),
        row('the first read of a process, an account', 'firstOfProcess', false),
      ];
    });
  } finally {
    await proxy.close();
  }
}
