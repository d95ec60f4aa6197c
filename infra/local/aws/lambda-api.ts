import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { type Listening, readBody, servePrivately } from '../serve.ts';
import { type Functions, invokeFunction, localFunctionName } from './functions.ts';

export interface LambdaApiOptions {
  readonly functions: Functions;
  /** Gets the errors of asynchronous invocations, which no caller sees. */
  readonly report?: (message: string, error: unknown) => void;
}

const payloadLimit = 6 * 1024 * 1024;

/**
 * Lambda's Invoke operation for the handlers in this process. The SDK's client finds it by AWS_ENDPOINT_URL_LAMBDA.
 * `close()` waits for running invocations.
 */
export async function startLambdaApi(options: LambdaApiOptions): Promise<Listening> {
  const { functions, report = (message, error) => console.error(message, error) } = options;
  const names = new Map([...functions.keys()].map((name) => [localFunctionName(name), name]));
  const running = new Set<Promise<void>>();
  const { url, close } = await servePrivately(answer);
  return {
    url,
    async close() {
      await close();
      while (running.size > 0) await Promise.all(running);
    },
  };

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(message, payloadLimit);
    const deployed = invokedName(message);
    const name = deployed === undefined ? undefined : names.get(deployed);
    if (name === undefined) return fail(response, 404, 'ResourceNotFoundException', `Function not found: ${deployed}`);
    if (!body) return fail(response, 413, 'RequestTooLargeException', `Over ${payloadLimit} bytes`);
    let event: unknown;
    try {
      event = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
    } catch {
      return fail(response, 400, 'InvalidRequestContentException', 'Could not parse request body into json');
    }
    const requestId = randomUUID();
    if (message.headers['x-amz-invocation-type'] === 'Event') {
      respond(response, 202, { 'x-amzn-requestid': requestId });
      runLater(name, event, requestId);
    } else {
      await runNow(response, name, event, requestId);
    }
  }

  function runLater(name: string, event: unknown, requestId: string): void {
    const run = setImmediate()
      .then(() => invokeFunction(functions, name, event, requestId))
      .then(
        () => {},
        (error: unknown) => report(`${name} failed (asynchronous invocation ${requestId})`, error),
      )
      .finally(() => running.delete(run));
    running.add(run);
  }

  async function runNow(response: ServerResponse, name: string, event: unknown, requestId: string): Promise<void> {
    const headers = { 'x-amzn-requestid': requestId, 'x-amz-executed-version': '$LATEST' };
    try {
      respond(response, 200, headers, (await invokeFunction(functions, name, event, requestId)) ?? null);
    } catch (error) {
      const { name: errorType, message: errorMessage } = error instanceof Error ? error : new Error(String(error));
      respond(response, 200, { ...headers, 'x-amz-function-error': 'Unhandled' }, { errorType, errorMessage });
    }
  }
}

/** The function's name out of a name or an ARN, without a version or an alias. */
function invokedName({ method, url = '' }: IncomingMessage): string | undefined {
  const path = /^\/2015-03-31\/functions\/([^/?]+)\/invocations(?:\?|$)/.exec(url)?.[1];
  if (method !== 'POST' || path === undefined) return undefined;
  return /^(?:.*:function:|\d+:)?([\w-]+)/.exec(decodeURIComponent(path))?.[1];
}

function respond(response: ServerResponse, status: number, headers: Record<string, string>, payload?: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(payload === undefined ? undefined : JSON.stringify(payload));
}

const fail = (response: ServerResponse, status: number, type: string, message: string): void =>
  respond(response, status, { 'x-amzn-errortype': type }, { Type: 'User', Message: message });
