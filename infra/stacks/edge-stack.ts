import { CfnOutput, Duration, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { Construct } from 'constructs';
import { namePrefix } from '../../lib/runtime/names.ts';
import { type Edge, edgeRegion } from '../edge-settings.ts';
import type { Environment } from '../environments.ts';
import { askedHeader, edgeFunction } from './edge-function.ts';
import { edgeLog } from './edge-log.ts';
import { webAcl } from './web-acl.ts';

export interface EdgeStackProps extends StackProps {
  readonly environment: Environment;
  readonly edge: Edge;
  /** Whether pages of other origins may use the API: the answer then depends on the origin. */
  readonly hasOrigins: boolean;
}

/** CloudFront in front of the API, with a web ACL, in the one region that CloudFront takes them from. */
export class EdgeStack extends Stack {
  constructor(scope: Construct, id: string, props: EdgeStackProps) {
    const { environment, edge, hasOrigins, env, ...others } = props;
    super(scope, id, { ...others, env: { ...env, region: edgeRegion } });
    const prefix = namePrefix(environment);
    const distribution = new cloudfront.Distribution(this, 'distribution', {
      comment: prefix,
      domainNames: [edge.name],
      certificate: Certificate.fromCertificateArn(this, 'certificate', edge.certificateArn),
      minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      webAclId: webAcl(this, { name: prefix, requestsPerAddress: edge.requestsPerAddress }),
      defaultBehavior: {
        origin: new HttpOrigin(edge.origin, {
          protocolPolicy: cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
          originSslProtocols: [cloudfront.OriginSslPolicy.TLS_V1_2],
          // Longer than any request of the API lasts.
          readTimeout: Duration.seconds(35),
          // Rule LIMIT-13.
          customHeaders: { 'x-astake-edge': edge.key },
        }),
        viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
        allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
        cachePolicy: this.cachePolicy(prefix, hasOrigins),
        originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        responseHeadersPolicy: this.headersPolicy(prefix),
        // A strong tag names the bytes that the service has sent.
        compress: false,
        functionAssociations: [
          {
            eventType: cloudfront.FunctionEventType.VIEWER_REQUEST,
            function: new cloudfront.Function(this, 'function', {
              functionName: prefix,
              runtime: cloudfront.FunctionRuntime.JS_2_0,
              code: cloudfront.FunctionCode.fromInline(edgeFunction),
            }),
          },
        ],
      },
      errorResponses: errors.map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
    });
    edgeLog(this, { name: prefix, distribution });
    Validations.of(distribution).acknowledge(
      { id: 'AwsSolutions-CFR1', reason: 'The chain is read from everywhere: no country is shut out.' },
      { id: 'AwsSolutions-CFR3', reason: 'Access logs go to CloudWatch, for a week; the rule looks for a bucket.' },
    );
    new CfnOutput(this, 'EdgeUrl', { value: `https://${edge.name}` });
    new CfnOutput(this, 'EdgeTarget', { value: distribution.distributionDomainName });
  }

  /**
   * Rule ACCESS-30: callers with credentials, and what they ask for, are kept apart. Ten seconds take nearly all requests for what is asked for
   * often; more would let an answer grow older than its limit, since CloudFront counts from when it got it and not from its `Age`.
   */
  private cachePolicy(prefix: string, hasOrigins: boolean): cloudfront.CachePolicy {
    return new cloudfront.CachePolicy(this, 'cache', {
      cachePolicyName: prefix,
      minTtl: Duration.seconds(0),
      defaultTtl: Duration.seconds(0),
      maxTtl: Duration.seconds(10),
      headerBehavior: cloudfront.CacheHeaderBehavior.allowList(
        'Authorization',
        askedHeader,
        ...(hasOrigins ? ['Origin'] : []),
      ),
      queryStringBehavior: cloudfront.CacheQueryStringBehavior.all(),
      cookieBehavior: cloudfront.CacheCookieBehavior.none(),
      enableAcceptEncodingGzip: true,
    });
  }

  /** CloudFront's own answers say https too. What one caller has left of its limit is nothing to the next one. */
  private headersPolicy(prefix: string): cloudfront.ResponseHeadersPolicy {
    return new cloudfront.ResponseHeadersPolicy(this, 'headers', {
      responseHeadersPolicyName: prefix,
      securityHeadersBehavior: {
        strictTransportSecurity: {
          accessControlMaxAge: Duration.days(365),
          includeSubdomains: false,
          override: true,
        },
      },
      removeHeaders: ['RateLimit', 'RateLimit-Policy'],
    });
  }
}

/** CloudFront would keep each of these for ten seconds, whatever the answer says. */
const errors = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];
