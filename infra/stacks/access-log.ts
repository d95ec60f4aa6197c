import type { Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { type IAccessLogSettings, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Environment } from '../environments.ts';
import { accessLogs } from './log-groups.ts';

/** One line for each request, with the caller. An HTTP API has one access log. */
export function accessLog(stack: Stack, environment: Environment): IAccessLogSettings {
  const logGroup = LogGroup.fromLogGroupName(stack, 'api-logs', accessLogs(environment));
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
