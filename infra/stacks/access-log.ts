import { RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { type IAccessLogSettings, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { LogGroup, LogGroupClass, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { namePrefix } from '../../lib/runtime/names.ts';
import type { Environment } from '../environments.ts';

/**
 * One line for each request, with the caller: kept for a week, and apart from all logs that are kept longer. An HTTP API has one access
 * log. The name puts it under the one resource policy that AWS has for all such groups: a policy of its own for each would reach the limit.
 */
export function accessLog(stack: Stack, environment: Environment): IAccessLogSettings {
  const logGroup = new LogGroup(stack, 'api-logs', {
    logGroupName: `/aws/vendedlogs/apigateway/${namePrefix(environment)}`,
    retention: RetentionDays.ONE_WEEK,
    // Half the price for a line of each request (docs/cost.md); Logs Insights searches it all the same.
    logGroupClass: LogGroupClass.INFREQUENT_ACCESS,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  return { destination: new LogGroupLogDestination(logGroup), format };
}

/** Query and headers are not logged: they may contain personal data or credentials. What the caller has written comes last. */
const format = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    requestTime: '$context.requestTime',
    routeKey: '$context.routeKey',
    status: '$context.status',
    responseLength: '$context.responseLength',
    responseLatency: '$context.responseLatency',
    integrationError: '$context.integrationErrorMessage',
    // Of a guarded route; that of IAM, where operators use it.
    caller: '$context.authorizer.caller',
    userArn: '$context.identity.userArn',
    sourceIp: '$context.identity.sourceIp',
    userAgent: '$context.identity.userAgent',
  }),
);
