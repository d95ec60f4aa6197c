import { callQuery } from './query-api.ts';
import type { Server } from './server.ts';
import type { Credentials } from './signed.ts';

export interface Policy {
  readonly Statement: readonly Statement[];
}

export interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

export type Iam = ReturnType<typeof iamOf>;

/** The calls of IAM and STS that the checks need. */
export function iamOf(server: Pick<Server, 'port' | 'certificate'>) {
  const call = (action: string, parameters: Readonly<Record<string, string>>) =>
    callQuery(server, 'iam', action, parameters);
  return {
    /** The names of the policies within a role. */
    async rolePolicies(RoleName: string): Promise<string[]> {
      return (await call('ListRolePolicies', { RoleName }))('member');
    },
    async rolePolicy(RoleName: string, PolicyName: string): Promise<Policy> {
      const member = await call('GetRolePolicy', { RoleName, PolicyName });
      return JSON.parse(decodeURIComponent(member('PolicyDocument')[0] ?? ''));
    },
    async putRolePolicy(RoleName: string, PolicyName: string, policy: Policy): Promise<void> {
      await call('PutRolePolicy', { RoleName, PolicyName, PolicyDocument: JSON.stringify(policy) });
    },
    /** The credentials of a new role that has one managed policy and nothing else. */
    async principalWith(RoleName: string, PolicyArn: string): Promise<Credentials> {
      return credentialsOf(RoleName, () => call('AttachRolePolicy', { RoleName, PolicyArn }));
    },
    /** The credentials of a new role that may do what the policy says. */
    async principalBy(RoleName: string, policy: Policy): Promise<Credentials> {
      return credentialsOf(RoleName, () => this.putRolePolicy(RoleName, RoleName, policy));
    },
    async removePrincipal(RoleName: string, PolicyArn: string): Promise<void> {
      await call('DetachRolePolicy', { RoleName, PolicyArn });
      await call('DeleteRole', { RoleName });
    },
    async removePrincipalBy(RoleName: string): Promise<void> {
      await call('DeleteRolePolicy', { RoleName, PolicyName: RoleName });
      await call('DeleteRole', { RoleName });
    },
  };

  async function credentialsOf(RoleName: string, allow: () => Promise<unknown>): Promise<Credentials> {
    const trust = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
    };
    const member = await call('CreateRole', { RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) });
    await allow();
    const [RoleArn = ''] = member('Arn');
    const assumed = await callQuery(server, 'sts', 'AssumeRole', { RoleArn, RoleSessionName: RoleName });
    const [accessKeyId = ''] = assumed('AccessKeyId');
    const [secretAccessKey = ''] = assumed('SecretAccessKey');
    const [sessionToken = ''] = assumed('SessionToken');
    return { accessKeyId, secretAccessKey, sessionToken };
  }
}
