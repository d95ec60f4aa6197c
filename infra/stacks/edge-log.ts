import { RemovalPolicy, type Stack } from 'aws-cdk-lib';
import type { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { CfnDelivery, CfnDeliveryDestination, CfnDeliverySource, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';

interface EdgeLogProps {
  readonly name: string;
  readonly distribution: Distribution;
}

/** One line for each request, with the caller's address and without path and query: for a week, as the access log of the API. */
export function edgeLog(stack: Stack, { name, distribution }: EdgeLogProps): void {
  const logGroup = new LogGroup(stack, 'edge-logs', {
    logGroupName: `/aws/vendedlogs/cloudfront/${name}`,
    retention: RetentionDays.ONE_WEEK,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const source = new CfnDeliverySource(stack, 'log-source', {
    name,
    logType: 'ACCESS_LOGS',
    resourceArn: distribution.distributionArn,
  });
  const destination = new CfnDeliveryDestination(stack, 'log-destination', {
    name,
    outputFormat: 'json',
    destinationResourceArn: logGroup.logGroupArn,
  });
  const delivery = new CfnDelivery(stack, 'log-delivery', {
    deliverySourceName: source.name,
    deliveryDestinationArn: destination.attrArn,
    recordFields: [
      'date',
      'time',
      'x-edge-request-id',
      'c-ip',
      'cs-method',
      'sc-status',
      'sc-bytes',
      'time-taken',
      'x-edge-result-type',
      'cs(User-Agent)',
    ],
  });
  delivery.addResourceDependency(source);
}
