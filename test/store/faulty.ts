import { TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { createTables, type Engine } from '../../infra/local/engine/engine.ts';
import { createDynamo, type DynamoOptions } from '../../lib/store/dynamodb/client.ts';
import { createStore } from '../../lib/store/store.ts';

export type Attempt = () => Promise<unknown>;

/** Stands in the place of the network: it may pass an attempt on, fail, or do both. */
export type Fault = (attempt: Attempt, command: string, input?: string) => Promise<unknown>;

let prefixes = 0;

/** An empty store on the engine, behind a fault; `whole` is the same store without the fault. */
export async function faultyStore(engine: Engine, fault: Fault, options: DynamoOptions = {}) {
  const prefix = `faults-${++prefixes}`;
  const plain = createDynamo({ endpoint: engine.endpoint, requestTimeoutMs: 10_000, connectionTimeoutMs: 10_000 });
  await createTables(plain, prefix);
  const dynamo = createDynamo({ endpoint: engine.endpoint, requestTimeoutMs: 10_000, ...options });
  dynamo.middlewareStack.add(
    (next, { commandName }) =>
      (args) =>
        fault(() => next(args), String(commandName), JSON.stringify(args.input)) as ReturnType<typeof next>,
    { name: 'fault', step: 'deserialize', priority: 'high' },
  );
  return { store: createStore(dynamo, prefix), whole: createStore(plain, prefix), dynamo };
}

/** Fails the first `times` attempts of one command before they reach the engine, and counts all attempts. */
export function failing(command: string, times: number, error: () => Error) {
  const seen = { attempts: 0 };
  const fault = async (attempt: Attempt, name: string) => {
    if (name !== command) return attempt();
    seen.attempts += 1;
    if (seen.attempts <= times) throw error();
    return attempt();
  };
  return { seen, fault };
}

/** The engine executes the first attempt of a command, but its answer is lost. */
export function losingFirst(command: string): Fault {
  let lost = false;
  return async (attempt, name) => {
    const answer = await attempt();
    if (name !== command || lost) return answer;
    lost = true;
    throw reset();
  };
}

export const answered = (name: string, status: number, fault: 'client' | 'server') => () =>
  Object.assign(new Error(`${name} by the engine at secret.example`), {
    name,
    $fault: fault,
    $metadata: { httpStatusCode: status },
  });
export const throttled = answered('ThrottlingException', 400, 'client');
export const cancelled =
  (...codes: string[]) =>
  () =>
    new TransactionCanceledException({
      message: `Transaction cancelled [${codes}]`,
      $metadata: { httpStatusCode: 400 },
      CancellationReasons: codes.map((Code) => ({ Code })),
    });
export const conflicted = () => new TransactionConflictException({ message: 'Transaction is ongoing', $metadata: {} });
export const timedOut = () => Object.assign(new Error('no answer in time'), { name: 'TimeoutError' });
export const reset = () => Object.assign(new Error('read ECONNRESET 10.0.0.1:443'), { code: 'ECONNRESET' });
