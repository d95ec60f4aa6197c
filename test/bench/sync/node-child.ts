/** A recorded node. A message sets its height and its delay; the node confirms the change. */
import { startDevChain } from '../../../infra/local/dev-chain/dev-chain.ts';
import type { NodeState } from './node-process.ts';

const node = await startDevChain({ recording: 'chain-d', height: 0 });
process.on('message', ({ height, delayMs }: NodeState) => {
  node.setHeight(height);
  node.fault(delayMs === 0 ? undefined : 'slow', { delayMs });
  process.send?.('done');
});
process.once('disconnect', () => process.exit(0));
process.send?.(node.url);
