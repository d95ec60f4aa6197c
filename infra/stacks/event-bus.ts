import type { Stack } from 'aws-cdk-lib';
import { CfnArchive, EventBus } from 'aws-cdk-lib/aws-events';
import { busName } from '../../lib/runtime/names.ts';
import type { Environment, Settings } from '../environments.ts';
import { removalPolicyOf } from './removal-policy.ts';

/**
 * The bus for domain events, which the rules of consumers hang on, and an archive of what was put on it in the last days: a consumer
 * that was down has it replayed.
 */
export function eventBus(stack: Stack, environment: Environment, settings: Settings): void {
  const eventBusName = busName(environment);
  const bus = new EventBus(stack, 'bus', { eventBusName });
  // Without a pattern it takes every event but replayed ones.
  const archive = new CfnArchive(stack, 'archive', {
    archiveName: eventBusName,
    sourceArn: bus.eventBusArn,
    retentionDays: 7,
  });
  for (const each of [bus, archive]) each.applyRemovalPolicy(removalPolicyOf(settings));
}
