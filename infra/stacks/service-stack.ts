import { Annotations, CrossStackReferences, ReferenceStrength, Stack, type StackProps } from 'aws-cdk-lib';
import type { Alias, Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { secretsOf } from '../../lib/runtime/endpoints.ts';
import { reservedProcesses } from '../concurrency.ts';
import {
  configOf,
  type DeployEnv,
  type Environment,
  placeholderEndpoint,
  type Settings,
  variablesOf,
} from '../environments.ts';
import { type FunctionName, functionDefinition, functionNames, schedules, streams } from '../manifest.ts';
import { rolloutOf } from '../rollout.ts';
import type { StreamArns } from './data-tables.ts';
import type { HeadStore } from './grants.ts';
import { lambdaFunction } from './lambda-function.ts';
import { gradualRollout } from './rollout.ts';
import { scheduledStateMachine } from './scheduled-state-machine.ts';
import { stateMachineArn } from './state-machine-arn.ts';
import { tableStream } from './table-stream.ts';

export interface ServiceStackProps extends StackProps {
  readonly environment: Environment;
  readonly settings: Settings;
  /** The bundle of all functions, `dist/functions`. */
  readonly code: Code;
  /** The nodes' endpoints, and settings that differ from the defaults. */
  readonly deployEnv: DeployEnv;
  /** Of the tables that the environment uses. */
  readonly streams: StreamArns;
  /** Of the environment's data stack. */
  readonly heads: HeadStore;
}

/**
 * The functions of the manifest, and the schedules and streams that invoke them. It holds no data: it can be deleted and created again, with
 * the API stack, which names its functions. Log groups and the event bus are in the data stack, and named here.
 */
export class ServiceStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { environment, settings, code, deployEnv, streams: streamArns, heads, ...props }: ServiceStackProps,
  ) {
    super(scope, id, props);
    // A table cannot be replaced while this stack reads its stream.
    CrossStackReferences.of(this).consume(ReferenceStrength.STRONG);
    const { tables, upstreams } = configOf(environment, settings, deployEnv);
    const secrets = secretsOf(upstreams);
    if (upstreams.length === 0) {
      Annotations.of(this).addWarningV2(
        'astake-lookup:endpoints',
        `Neither CASPER_RPC_URLS nor CASPER_UPSTREAMS is set: ${environment} would call ${placeholderEndpoint}. Set one of them before you deploy.`,
      );
    }
    const reserved = reservedProcesses(environment, deployEnv);
    if (reserved === undefined && settings.profile === 'production') {
      Annotations.of(this).addWarningV2(
        'astake-lookup:concurrency',
        `ASTAKE_CONCURRENCY does not name ${environment}: readers can take all processes of the account, also those that sync needs.`,
      );
    }
    const deployed = Object.fromEntries(
      functionNames.map((name) => {
        const definition = functionDefinition(name);
        return [
          name,
          lambdaFunction(this, {
            name,
            definition,
            environment,
            tables,
            settings,
            code,
            variables: {
              ...variablesOf(definition, environment, settings, deployEnv),
              ...(definition.startsReconciliation && {
                ASTAKE_RECONCILE_MACHINE_ARN: stateMachineArn(this, environment, 'reconcile'),
              }),
              ...(definition.headDigests !== undefined && { ASTAKE_HEADS_BUCKET: heads.bucketName }),
              ...(definition.headDigests === 'write' && { ASTAKE_HEADS_KEY: heads.keyArn }),
            },
            secrets,
            processes: reserved?.[name],
            ...(definition.headDigests !== undefined && { heads }),
          }),
        ];
      }),
    ) as Record<FunctionName, Alias>;

    if (rolloutOf(settings, deployEnv) === 'gradual') gradualRollout(this, { environment, live: deployed });
    for (const schedule of schedules) scheduledStateMachine(this, { environment, schedule, deployed });
    for (const stream of streams) {
      const streamArn = streamArns[stream.table];
      if (streamArn === undefined) throw new Error(`The table ${stream.table} has no stream`);
      tableStream(this, { environment, stream, streamArn, deployed: deployed[stream.function] });
    }
  }
}
