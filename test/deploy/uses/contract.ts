import assert from 'node:assert/strict';
import { operations } from '../../../lib/runtime/contract/operations.ts';
import { functionName } from '../../../lib/runtime/names.ts';
import { askOperation } from './requests.ts';
import type { Use } from './use.ts';

/** Their examples name a receiver on the internet, or would undo what other uses have done. */
const notCalled: ReadonlySet<string> = new Set(['createWebhook', 'rewindSync']);

const pages = [
  ['get-page', '/', 200],
  ['get-page', '/console', 200],
  ['open-report', '/reports/none/none', 404],
  ['not-found', '/nothing/here', 404],
] as const;

/** Each request of the contract's examples is sent. Those about an id that another stack has made are answered 404. */
export const contract: Use = {
  name: 'every operation of the contract and every page answers, and none with a defect',
  narrow: [...operations.map((operation) => operation.function as string), ...pages.map(([name]) => name)],
  async run(deployment) {
    const { service, operator, environment, only } = deployment;
    const isMeant = (name: string) => only === undefined || functionName(environment, name) === only;
    const left = operations.filter((each) => !notCalled.has(each.operationId) && isMeant(each.function));
    for (const [name, path, status] of pages)
      if (isMeant(name)) assert.equal((await service.ask(path, { headers: operator })).status, status, path);
    const callLeft = async () => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const { status, body } = await askOperation(next, deployment);
        assert.ok(status < 500, `${next.operationId}: ${status} ${JSON.stringify(body)}`);
      }
    };
    await Promise.all(Array.from({ length: 4 }, callLeft));
  },
};
