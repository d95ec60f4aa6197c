/** Told a height, it says when it is there. */
import { startDevChain } from '../../../infra/local/dev-chain/dev-chain.ts';

const node = await startDevChain({ recording: 'chain-d', height: 0 });
process.on('message', (height: number) => {
  node.setHeight(height);
  process.send?.(height);
});
process.once('disconnect', () => process.exit(0));
process.send?.(node.url);
