import type { SFNClient } from '@aws-sdk/client-sfn';
import { StoreUnavailable } from '../domain/errors.ts';
import type { Reconciler } from '../domain/ports/background-work.ts';

/**
 * Starts the state machine of reconciliation, whose ARN is in the environment. The SDK client is loaded with the first
 * start.
 */
export function createReconciler(machineArn = process.env.ASTAKE_RECONCILE_MACHINE_ARN): Reconciler {
  let client: SFNClient | undefined;
  return {
    async start({ id, attempt }) {
      if (!machineArn) throw new TypeError('ASTAKE_RECONCILE_MACHINE_ARN names no state machine');
      const { ExecutionAlreadyExists, SFNClient: Client, StartExecutionCommand } = await import('@aws-sdk/client-sfn');
      client ??= new Client({
        maxAttempts: 2,
        requestHandler: { connectionTimeout: 300, requestTimeout: 2_000, throwOnRequestTimeout: true },
      });
      // The name makes the start idempotent: each attempt at a run is started once.
      const execution = { name: `${id}-${attempt}`, input: JSON.stringify({ run: id }) };
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn: machineArn, ...execution }));
      } catch (error) {
        if (error instanceof ExecutionAlreadyExists) return;
        throw new StoreUnavailable('the run could not be started', error);
      }
    },
  };
}
