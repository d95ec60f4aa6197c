import assert from 'node:assert/strict';
import examplesFile from '../../../lib/runtime/contract/examples.json' with { type: 'json' };
import type { Operation } from '../../../lib/runtime/contract/operation.ts';
import { operations } from '../../../lib/runtime/contract/operations.ts';
import { functionName } from '../../../lib/runtime/names.ts';
import type { Deployment, Use } from './use.ts';

interface Example {
  readonly parameters?: Readonly<Record<string, string>>;
  readonly request?: unknown;
}

const examples = examplesFile as unknown as Readonly<Record<string, Example>>;

/** Their examples name a receiver on the internet, or would undo what other uses have done. */
const notCalled: ReadonlySet<string> = new Set(['createWebhook', 'rewindSync']);

/** Each request of the contract's examples is sent. Those about an id that another stack has made are answered 404. */
export const contract: Use = {
  name: 'every operation of the contract and every page answers, and none with a defect',
  async run(deployment) {
    const { service, operator, environment, only } = deployment;
    const isMeant = (name: string) => only === undefined || functionName(environment, name) === only;
    const left = operations.filter((each) => !notCalled.has(each.operationId) && isMeant(each.function));
    const callLeft = async () => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) await call(next, deployment);
    };
    await Promise.all(Array.from({ length: 4 }, callLeft));
    for (const [path, status] of [
      ['/', 200],
      ['/console', 200],
      ['/reports/none/none', 404],
      ['/nothing/here', 404],
    ] as const)
      assert.equal((await service.ask(path, { headers: operator })).status, status, path);
  },
};

async function call({ operationId, method, path }: Operation, { service, operator }: Deployment): Promise<void> {
  const { parameters = {}, request: body } = examples[operationId] ?? {};
  const query = new URLSearchParams(Object.entries(parameters).filter(([name]) => !path.includes(`{${name}}`)));
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(parameters[name] ?? ''));
  const asked = { method, headers: operator, ...(body !== undefined && { body }) };
  const answer = await service.ask(query.size > 0 ? `${filled}?${query}` : filled, asked);
  assert.ok(answer.status < 500, `${operationId}: ${answer.status} ${JSON.stringify(answer.body)}`);
}
