import { styleText } from 'node:util';
import { startEmbeddedChain } from '../dev-chain/embedded-chain.ts';
import { startStack } from '../stack.ts';
import { createDemoClient } from './demo-client.ts';
import { linesOf } from './lines.ts';
import { createSteps, demoKey, firstHeight } from './steps.ts';

/** Runs the steps in order. Stops at the first failed check and resolves with false. Leaves no data behind. */
export async function runDemo(print: (line: string) => void): Promise<boolean> {
  // A busy machine must not make a read late.
  Object.assign(process.env, {
    ASTAKE_ENVIRONMENT: 'local',
    ASTAKE_DEADLINE_MS: '20000',
    ASTAKE_ATTEMPT_MS: '10000',
  });
  const chain = await startEmbeddedChain({ height: firstHeight });
  const stack = await startStack({ key: demoKey }).catch(async (error: unknown) => {
    await chain.close();
    throw error;
  });
  try {
    const started = performance.now();
    print('Astake Lookup answers from the cache, the chain or the database, and each answer names its source.');
    print(`Service ${stack.url}, a recorded Casper 2 chain at block ${chain.height()}, an embedded DynamoDB engine.`);
    const steps = createSteps({ chain, ask: createDemoClient(stack.url, chain, print) });
    for (const [index, { title, shows, run }] of steps.entries()) {
      print('');
      print(styleText('bold', `${index + 1}. ${title}`));
      const failed = await run().then(
        (checks) => Object.entries(checks).flatMap(([check, holds]) => (holds ? [] : [check])),
        (error: unknown) => [String(error)],
      );
      if (failed.length > 0) {
        print(styleText('red', `   FAILED, step ${index + 1} (${title}): ${failed.join('; ')}`));
        return false;
      }
      for (const line of linesOf(shows, '   => ', '      ')) print(styleText('green', line));
    }
    print('');
    print(`All ${steps.length} steps passed in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
    return true;
  } finally {
    await stack.close();
    await chain.close();
  }
}
