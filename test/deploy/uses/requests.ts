import examplesFile from '../../../lib/runtime/contract/examples.json' with { type: 'json' };
import type { Operation } from '../../../lib/runtime/contract/operation.ts';
import { operations } from '../../../lib/runtime/contract/operations.ts';
import type { Answered, Asked } from '../ask.ts';
import type { Deployment } from './use.ts';

interface Example {
  readonly parameters?: Readonly<Record<string, string>>;
  readonly request?: unknown;
}

const examples = examplesFile as unknown as Readonly<Record<string, Example>>;

/** The request of the contract's example. */
export function askOperation(
  { operationId, method, path }: Operation,
  { service, operator }: Pick<Deployment, 'service' | 'operator'>,
  headers: Asked['headers'] = operator,
): Promise<Answered> {
  const { parameters = {}, request: body } = examples[operationId] ?? {};
  const query = new URLSearchParams(Object.entries(parameters).filter(([name]) => !path.includes(`{${name}}`)));
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(parameters[name] ?? 'none'));
  return service.ask(query.size > 0 ? `${filled}?${query}` : filled, {
    method,
    headers,
    ...(body != null && { body }),
  });
}

export type Ask = (deployment: Deployment, headers?: Asked['headers']) => Promise<Answered>;

const pages = { 'get-page': '/', 'open-report': '/reports/none/none', 'not-found': '/nothing/here' };

/** By the names of the functions that requests reach: the requests that do so. */
export const requestsTo: ReadonlyMap<string, readonly Ask[]> = new Map([
  ...[...Map.groupBy(operations, (operation) => operation.function as string)].map(([name, own]): [string, Ask[]] => [
    name,
    own.map((operation) => (deployment, headers) => askOperation(operation, deployment, headers)),
  ]),
  ...Object.entries(pages).map(([name, path]): [string, Ask[]] => [
    name,
    [({ service, operator }, headers = operator) => service.ask(path, { headers })],
  ]),
]);
