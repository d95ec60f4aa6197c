import { styleText } from 'node:util';
import { startEmbeddedChain } from '../dev-chain/embedded-chain.ts';
import { startStack } from '../stack.ts';
import { asker } from './ask.ts';
import { linesOf } from './lines.ts';
import { firstHeight, stepsOn } from './steps.ts';

/** Every step in turn; false, and no further step, once something is not as said. Leaves nothing behind. */
export async function runDemo(print: (line: string) => void): Promise<boolean> {
  process.env.ASTAKE_ENVIRONMENT = 'local';
  const chain = await startEmbeddedChain({ height: firstHeight });
  const stack = await startStack({ key: 'nobody-asks-for-it' }).catch(async (error: unknown) => {
    await chain.close();
    throw error;
  });
  try {
    const started = performance.now();
    print('Astake Lookup: answers from the cache, the chain or the database, and which of them it was.');
    print(`Service ${stack.url}, a recorded Casper 2 chain at block ${chain.height()}, an embedded DynamoDB engine.`);
    const steps = stepsOn({ chain, ask: asker(stack.url, chain, print) });
    for (const [index, { title, shows, act }] of steps.entries()) {
      print('');
      print(styleText('bold', `${index + 1}. ${title}`));
      const wrong = await act().then(
        (checks) => Object.entries(checks).flatMap(([check, holds]) => (holds ? [] : [check])),
        (error: unknown) => [String(error)],
      );
      if (wrong.length > 0) {
        print(styleText('red', `   NOT AS SAID, step ${index + 1} (${title}): ${wrong.join('; ')}`));
        return false;
      }
      for (const line of linesOf(shows, '   => ', '      ')) print(styleText('green', line));
    }
    print('');
    print(`All ${steps.length} steps were as said, in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
    return true;
  } finally {
    await stack.close();
    await chain.close();
  }
}
