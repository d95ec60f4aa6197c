import { CfnOutput, type Stack } from 'aws-cdk-lib';
import { DomainName } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { ApiDomain } from '../edge-settings.ts';

/** A name for the API. The outputs say what its record in the DNS must point at. */
export function apiDomain(stack: Stack, { name, certificateArn }: ApiDomain): DomainName {
  const domain = new DomainName(stack, 'domain', {
    domainName: name,
    certificate: Certificate.fromCertificateArn(stack, 'certificate', certificateArn),
  });
  new CfnOutput(stack, 'DomainTarget', { value: domain.regionalDomainName });
  new CfnOutput(stack, 'DomainTargetZone', { value: domain.regionalHostedZoneId });
  return domain;
}
