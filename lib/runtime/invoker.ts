import type { LambdaClient } from '@aws-sdk/client-lambda';

/** Invokes a function asynchronously. */
export type Invoke = (functionName: string, payload: object) => Promise<void>;

/** The SDK client is loaded with the first request. */
export function createInvoker(): Invoke {
  let client: LambdaClient | undefined;
  return async (FunctionName, payload) => {
    const { InvokeCommand, LambdaClient: Client } = await import('@aws-sdk/client-lambda');
    client ??= new Client({ maxAttempts: 2, requestHandler: { connectionTimeout: 300, requestTimeout: 1_000 } });
    const Payload = JSON.stringify(payload);
    await client.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload }));
  };
}
