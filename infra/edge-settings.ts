import { InvalidConfig } from '../lib/runtime/config.ts';
import type { DeployEnv } from './environments.ts';

/** A name that the API answers under, and the certificate for it. */
export interface ApiDomain {
  readonly name: string;
  /** In the API's own region. */
  readonly certificateArn: string;
}

/** CloudFront in front of the API, with a web ACL. */
export interface Edge {
  readonly name: string;
  readonly certificateArn: string;
  /** CloudFront asks the API under this name. */
  readonly origin: string;
  /** Shows the functions that a request came through CloudFront. */
  readonly key: string;
  /** Of one address in five minutes; above it the web ACL answers 429. */
  readonly requestsPerAddress: number;
}

export interface EdgeSettings {
  readonly domain: ApiDomain | undefined;
  readonly edge: Edge | undefined;
}

/** CloudFront takes certificates and web ACLs of this region alone. */
export const edgeRegion = 'us-east-1';

/** What the deployer's environment says of names and of CloudFront. Throws InvalidConfig. */
export function edgeSettings(env: DeployEnv): EdgeSettings {
  const problems: string[] = [];
  const given = (name: string): string | undefined => env[name]?.trim() || undefined;
  const checked = (name: string, form: RegExp, what: string): string | undefined => {
    const text = given(name);
    if (text !== undefined && !form.test(text)) problems.push(`${name} must be ${what}`);
    return text;
  };
  const hostName = 'a host name in lower case, as in lookup.example';
  const domain = together(
    checked('ASTAKE_DOMAIN', host, hostName),
    checked('ASTAKE_CERTIFICATE_ARN', certificateIn('[a-z0-9-]+'), 'the ARN of a certificate in ACM'),
    'ASTAKE_DOMAIN and ASTAKE_CERTIFICATE_ARN must be set together',
  );
  const edge = together(
    checked('ASTAKE_EDGE_DOMAIN', host, hostName),
    checked(
      'ASTAKE_EDGE_CERTIFICATE_ARN',
      certificateIn(edgeRegion),
      `the ARN of a certificate in ACM in ${edgeRegion}`,
    ),
    'ASTAKE_EDGE_DOMAIN and ASTAKE_EDGE_CERTIFICATE_ARN must be set together',
  );
  const key = given('ASTAKE_EDGE_KEY');
  if (edge !== undefined && domain === undefined)
    problems.push('ASTAKE_EDGE_DOMAIN needs ASTAKE_DOMAIN: CloudFront asks the API under that name');
  if (edge !== undefined && domain?.name === edge.name)
    problems.push('ASTAKE_EDGE_DOMAIN and ASTAKE_DOMAIN must be two names');
  if ((edge === undefined) !== (key === undefined))
    problems.push('ASTAKE_EDGE_DOMAIN and ASTAKE_EDGE_KEY must be set together');
  const requests = checked('ASTAKE_EDGE_REQUESTS', /^[1-9]\d{1,8}$/, 'a whole number from 10 to 999999999') ?? '60000';
  if (problems.length > 0) throw new InvalidConfig(problems);
  return {
    domain,
    edge:
      edge && domain && key ? { ...edge, origin: domain.name, key, requestsPerAddress: Number(requests) } : undefined,
  };

  function together(name: string | undefined, certificateArn: string | undefined, problem: string) {
    if ((name === undefined) !== (certificateArn === undefined)) problems.push(problem);
    return name === undefined || certificateArn === undefined ? undefined : { name, certificateArn };
  }
}

const host = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

const certificateIn = (region: string): RegExp =>
  new RegExp(`^arn:aws[a-z-]*:acm:${region}:\\d{12}:certificate/[\\w-]+$`);
