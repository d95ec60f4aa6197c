import type { Stack } from 'aws-cdk-lib';
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';

interface WebAclProps {
  readonly name: string;
  /** In five minutes. */
  readonly requestsPerAddress: number;
}

/** Ends floods from single addresses. The limits of callers (rule LIMIT-9) do the rest. Returns the ACL's ARN. */
export function webAcl(stack: Stack, { name, requestsPerAddress }: WebAclProps): string {
  const visible = (metricName: string) => ({
    cloudWatchMetricsEnabled: true,
    sampledRequestsEnabled: true,
    metricName,
  });
  const acl = new CfnWebACL(stack, 'web-acl', {
    name,
    scope: 'CLOUDFRONT',
    defaultAction: { allow: {} },
    visibilityConfig: visible(name),
    rules: [
      {
        name: 'requests-per-address',
        priority: 0,
        statement: {
          rateBasedStatement: {
            aggregateKeyType: 'IP',
            limit: requestsPerAddress,
            evaluationWindowSec: 300,
          },
        },
        action: {
          block: {
            customResponse: { responseCode: 429, responseHeaders: [{ name: 'Retry-After', value: '300' }] },
          },
        },
        visibilityConfig: visible(`${name}-requests-per-address`),
      },
    ],
  });
  return acl.attrArn;
}
