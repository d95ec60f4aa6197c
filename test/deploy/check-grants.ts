import { checkUse } from './check-use.ts';
import { freshly } from './fresh.ts';
import { type Grant, grantsOf, isAbout } from './grants.ts';
import { iamOf, type Policy } from './iam.ts';
import type { Decision, Server } from './server.ts';
import type { Deployment, Use } from './uses/use.ts';

/** What IAM decided while a use ran. */
export type Seen = ReadonlyMap<Use, readonly Decision[]>;

export interface Checking {
  readonly deployment: Deployment;
  readonly server: Server;
  readonly seen: Seen;
  /** How many grants are taken away. Undefined: all that were used. */
  readonly sample: number | undefined;
  readonly say: (text: string) => void;
}

/**
 * Takes grants away, one at a time, from what was deployed: a use that needs it has to fail, since IAM refuses that action to that
 * function. Reports each grant that no use needs. Resolves with the deployment as it was before its first use.
 */
export async function checkGrants({ deployment, server, seen, sample, say }: Checking): Promise<Deployment> {
  const { service, environment } = deployment;
  const grants = await grantsOf(server, service, environment);
  const needed = grants.filter((grant) => usesOf(grant, seen).length > 0);
  const chosen = sample === undefined ? needed : ofToday(needed, sample);
  say(`${environment}: ${needed.length} of ${grants.length} grants are used; ${chosen.length} of them are taken away`);
  let held = 0;
  for (const grant of chosen) {
    const failed = await useWithout(grant, { deployment, server, seen });
    if (failed === undefined) say(`finding: without ${wordsFor(grant)} no use fails`);
    else {
      held += 1;
      say(`without ${wordsFor(grant)} fails: ${failed.name}`);
    }
  }
  for (const grant of grants.filter((each) => !needed.includes(each)))
    if (sample === undefined) say(`finding: no use needs ${wordsFor(grant)}`);
  say(`${environment}: a use failed without ${held} of the ${chosen.length} grants`);
  return freshly(deployment, server);
}

/** The first of its uses that fails without it. */
async function useWithout(
  grant: Grant,
  { deployment, server, seen }: Pick<Checking, 'deployment' | 'server' | 'seen'>,
) {
  const iam = iamOf(server);
  const policy = await iam.rolePolicy(grant.role, grant.policy);
  try {
    await iam.putRolePolicy(grant.role, grant.policy, lessOf(policy, grant));
    for (const use of usesOf(grant, seen).slice(0, 3)) {
      for (const only of [{ only: grant.function }, {}]) {
        const fresh = await freshly(deployment, server);
        const mark = server.decisions().length;
        const holds = await checkUse(use, { ...fresh, ...only }, server).then(
          () => true,
          () => false,
        );
        const refused = server.decisions(mark).some((each) => !each.allowed && isAbout(grant, each));
        if (!holds && refused) return use;
      }
    }
    return undefined;
  } finally {
    await iam.putRolePolicy(grant.role, grant.policy, policy);
  }
}

/** The uses that needed it, those with few decisions first: they are the short ones. */
const usesOf = (grant: Grant, seen: Seen): Use[] =>
  [...seen]
    .filter(([, decisions]) => decisions.some((each) => each.allowed && isAbout(grant, each)))
    .sort(([, a], [, b]) => a.length - b.length)
    .map(([use]) => use);

const lessOf = ({ Statement, ...policy }: Policy, { action, resource }: Grant): Policy => ({
  ...policy,
  Statement: Statement.flatMap((statement) =>
    [statement.Action].flat().flatMap((Action) =>
      [statement.Resource]
        .flat()
        .filter((each) => Action !== action || each !== resource)
        .map((Resource) => ({ ...statement, Action, Resource })),
    ),
  ),
});

/** Others each day, so that all are met. */
function ofToday(grants: readonly Grant[], count: number): Grant[] {
  const day = Math.floor(Date.now() / 86_400_000);
  const from = (day * count) % grants.length;
  return [...grants, ...grants].slice(from, from + count);
}

const wordsFor = ({ function: name, action, resource }: Grant): string =>
  `${name}: ${action} on ${resource.split(':').at(-1)}`;
