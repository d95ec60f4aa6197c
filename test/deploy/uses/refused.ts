import assert from 'node:assert/strict';
import { functionName } from '../../../lib/runtime/names.ts';
import { requestsTo } from './requests.ts';
import type { Use } from './use.ts';

/** Rule LIMIT-9: on every route. */
export const refused: Use = {
  name: 'a credential that is not valid is refused by every function, and taken from the budget of its address',
  rare: true,
  narrow: [...requestsTo.keys()],
  async run(deployment) {
    const { environment, only } = deployment;
    const chosen = [...requestsTo].filter(([name]) => only === undefined || functionName(environment, name) === only);
    const began = Date.now();
    const askAll = async () => {
      for (const [name, [ask]] of chosen) {
        const answer = await ask?.(deployment, { authorization: 'Bearer nonsense' });
        assert.equal(answer?.status, 401, name);
      }
    };
    await askAll();
    // A process that has last seen the budget a second ago reads it again.
    await deployment.eventually(() => Date.now() - began > 1_100);
    await askAll();
  },
};
