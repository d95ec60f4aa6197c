import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Context } from 'aws-lambda';
import type { CallerContext } from '../../../lib/runtime/http.ts';
import { functionName } from '../../../lib/runtime/names.ts';
import { withRequestId } from '../../../lib/runtime/request-id.ts';
import { type FunctionName, functionDefinition, functionNames } from '../../manifest.ts';

export type Handler = (event: unknown, context: Context) => Promise<unknown> | unknown;

/** Handlers by their names in the manifest. */
export type Functions = ReadonlyMap<string, Handler>;

const sources = join(import.meta.dirname, '../../../functions');

/** Loads the manifest's functions from the files that are deployed. Node's module cache imports each file once. */
export async function loadFunctions(names: readonly FunctionName[] = functionNames): Promise<Functions> {
  return new Map(
    await Promise.all(
      names.map(async (name): Promise<[string, Handler]> => {
        const module: { handler?: unknown } = await import(pathToFileURL(join(sources, `${name}.ts`)).href);
        if (typeof module.handler !== 'function') throw new Error(`functions/${name}.ts exports no handler`);
        return [name, module.handler as Handler];
      }),
    ),
  );
}

export class FunctionTimedOut extends Error {
  override readonly name = 'FunctionTimedOut';
}

/** Runs a handler like Lambda: with a context, and at most for the function's time-out. `hungUp`: the caller is gone. */
export async function invokeFunction(
  functions: Functions,
  name: string,
  event: unknown,
  requestId: string,
  hungUp?: AbortSignal,
): Promise<unknown> {
  const handler = functions.get(name);
  if (!handler) throw new Error(`Unknown function "${name}"`);
  const { timeoutSeconds, memoryMb } = limitsOf(name);
  const context: CallerContext = {
    ...contextOf(name, requestId, memoryMb, Date.now() + timeoutSeconds * 1000),
    ...(hungUp !== undefined && { hungUp }),
  };
  return withRequestId(requestId, () => invokeWithin(timeoutSeconds * 1000, name, async () => handler(event, context)));
}

/** Rejects with FunctionTimedOut when the work takes longer. The work itself cannot be stopped and continues. */
export async function invokeWithin<Result>(
  milliseconds: number,
  name: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const { promise: timedOut, reject } = Promise.withResolvers<never>();
  const error = () => new FunctionTimedOut(`${name} ran for more than ${milliseconds} ms`);
  const timer = setTimeout(() => reject(error()), milliseconds);
  timer.unref();
  try {
    return await Promise.race([work(), timedOut]);
  } finally {
    clearTimeout(timer);
  }
}

const limitsOf = (name: string) =>
  (functionNames as string[]).includes(name)
    ? functionDefinition(name as FunctionName)
    : { timeoutSeconds: 30, memoryMb: 128 };

/** The function's name on AWS, for the environment of a local run. */
export const localFunctionName = (name: string): string => functionName('local', name);

function contextOf(name: string, requestId: string, memoryMb: number, deadline: number): Context {
  const deployed = localFunctionName(name);
  return {
    functionName: deployed,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:local:000000000000:function:${deployed}`,
    memoryLimitInMB: String(memoryMb),
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${deployed}`,
    logStreamName: `local/${randomUUID()}`,
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}
