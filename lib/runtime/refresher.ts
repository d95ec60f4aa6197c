import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { Refresher } from '../domain/ports/background-work.ts';

/** Invokes the refresh function asynchronously. The SDK client is loaded with the first request. */
export function createRefresher(functionName: string): Refresher {
  let client: LambdaClient | undefined;
  return {
    async request(ref) {
      const { InvokeCommand, LambdaClient: Client } = await import('@aws-sdk/client-lambda');
      client ??= new Client({ maxAttempts: 2, requestHandler: { connectionTimeout: 300, requestTimeout: 1_000 } });
      const Payload = JSON.stringify(ref);
      await client.send(new InvokeCommand({ FunctionName: functionName, InvocationType: 'Event', Payload }));
    },
  };
}
