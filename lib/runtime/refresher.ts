import type { Refresher } from '../domain/service.ts';

/** Invokes the refresh function asynchronously. Its SDK client is loaded when the first refresh is asked for. */
export function createRefresher(functionName: string): Refresher {
  let client: Promise<import('@aws-sdk/client-lambda').LambdaClient> | undefined;
  return {
    async request(ref) {
      const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
      client ??= Promise.resolve(
        new LambdaClient({ maxAttempts: 2, requestHandler: { connectionTimeout: 300, requestTimeout: 1_000 } }),
      );
      const Payload = JSON.stringify(ref);
      await (await client).send(new InvokeCommand({ FunctionName: functionName, InvocationType: 'Event', Payload }));
    },
  };
}
