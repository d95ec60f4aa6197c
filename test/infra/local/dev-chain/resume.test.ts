import { expect, test } from '@jest/globals';
import { startDevChain } from '../../../../infra/local/dev-chain/dev-chain.ts';
import { resumeFrom } from '../../../../infra/local/dev-chain/embedded-chain.ts';
import { noProgress } from '../../../../lib/domain/progress.ts';

const block = (height: number) => ({ height, hash: 'hash', timestamp: '2026-01-31T00:00:00.000Z' });

test('the chain resumes where the data is, also after a rewind, when the cursor is above the head', async () => {
  const chain = await startDevChain({ height: 60 });
  const head = { ...block(61), seenAt: '2026-01-31T00:00:00.000Z' };
  resumeFrom(chain, { ...noProgress, head, cursor: block(70) });
  expect(chain.height()).toBe(70);
  resumeFrom(chain, { ...noProgress, head: { ...head, height: 75 }, cursor: block(70) });
  expect(chain.height()).toBe(75);
  resumeFrom(chain, { ...noProgress, cursor: block(62) });
  expect(chain.height()).toBe(75);
  await chain.close();
});
