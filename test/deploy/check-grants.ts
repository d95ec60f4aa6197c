import { functionName } from '../../lib/runtime/names.ts';
import { CheckFailed, checkUse } from './check-use.ts';
import type { Decision } from './decisions.ts';
import { freshly } from './fresh.ts';
import { exceptionFor } from './grant-exceptions.ts';
import { type Grant, grantsOf, isAbout } from './grants.ts';
import { iamOf, type Policy } from './iam.ts';
import type { Server } from './server.ts';
import { stoppable } from './stoppable.ts';
import type { Deployment, Use } from './uses/use.ts';

/** What IAM decided while a use ran. */
export type Seen = ReadonlyMap<Use, readonly Decision[]>;

/** Which grants are taken away: so many, others each day; or all, of which several runs do a part each. */
export type WhichGrants = { readonly sample: number } | { readonly part: number; readonly of: number };

export interface Checking {
  readonly deployment: Deployment;
  readonly server: Server;
  readonly seen: Seen;
  readonly which: WhichGrants;
  readonly say: (text: string) => void;
}

/**
 * Takes grants away, one at a time, from what was deployed: a use that needs it fails, since IAM refuses that action to that function.
 * Leaves the deployment as it was before its first use. Throws CheckFailed with the grants without which no use fails; where all
 * are taken away, also with those that no use needs and that are no exceptions.
 */
export async function checkGrants({ deployment, server, seen, which, say }: Checking): Promise<void> {
  const { service, environment } = deployment;
  const grants = await grantsOf(server, service, environment);
  const always = grants.filter((grant) => exceptionFor(grant, environment) === undefined);
  const needed = always.filter((grant) => usesOf(grant, seen).length > 0);
  const chosen = chosenOf(needed, which);
  say(`${environment}: ${grants.length} grants, ${grants.length - always.length} of them exceptions`);
  say(`${environment}: the uses need ${needed.length}; ${chosen.length} of them are taken away`);
  const unneeded = 'sample' in which ? [] : always.filter((grant) => !needed.includes(grant));
  const findings = unneeded.map((grant) => `no use needs ${wordsFor(grant)}`);
  for (const finding of findings) say(finding);
  let held = 0;
  for (const grant of chosen) {
    const failed = await useWithout(grant, { deployment, server, seen });
    const found = `without ${wordsFor(grant)} ${failed === undefined ? 'no use fails' : `fails: ${failed.name}`}`;
    if (failed === undefined) findings.push(found);
    else held += 1;
    say(found);
  }
  say(`${environment}: a use failed without ${held} of the ${chosen.length} grants`);
  await freshly(deployment, server);
  if (findings.length > 0) throw new CheckFailed(`${environment}: ${findings.length} findings about grants`, findings);
}

/** The first of its uses that fails without it. */
async function useWithout(
  grant: Grant,
  { deployment, server, seen }: Pick<Checking, 'deployment' | 'server' | 'seen'>,
): Promise<Use | undefined> {
  const iam = iamOf(server);
  const policy = await iam.rolePolicy(grant.role, grant.policy);
  try {
    await iam.putRolePolicy(grant.role, grant.policy, lessOf(policy, grant));
    for (const { use, ...only } of triesFor(grant, seen, deployment)) {
      await freshly(deployment, server);
      if (await failsWithout(grant, use, { ...deployment, ...only }, server)) return use;
    }
    return undefined;
  } finally {
    await iam.putRolePolicy(grant.role, grant.policy, policy);
  }
}

const pollMs = 20;

/** A use fails as soon as IAM refuses a function anything: what else it would do is not waited for. */
async function failsWithout(grant: Grant, use: Use, deployment: Deployment, server: Server): Promise<boolean> {
  const mark = server.decisions().length;
  const isRefused = () => server.decisions(mark).some((each) => !each.allowed && isAbout(grant, each));
  const stop = new AbortController();
  let isRunning = true;
  const run = checkUse(use, stoppable(deployment, stop.signal), server)
    .catch(() => undefined)
    .finally(() => {
      isRunning = false;
    });
  while (isRunning && !isRefused()) await new Promise((resolve) => setTimeout(resolve, pollMs));
  stop.abort(new Error('IAM has refused it'));
  await run;
  return isRefused();
}

const isNarrow = ({ narrow = [] }: Use, grant: Grant, { environment }: Pick<Deployment, 'environment'>): boolean =>
  narrow.some((name) => functionName(environment, name) === grant.function);

/** First what is soon over: the uses that may be limited to its function. */
function triesFor(grant: Grant, seen: Seen, deployment: Pick<Deployment, 'environment'>) {
  const needing = usesOf(grant, seen);
  const narrow = needing.filter((use) => isNarrow(use, grant, deployment));
  const wide = needing.filter((use) => !narrow.includes(use));
  return [...narrow.map((use) => ({ use, only: grant.function })), ...[...wide, ...narrow].map((use) => ({ use }))];
}

/** The uses that needed it, and those first that needed it soon. */
const usesOf = (grant: Grant, seen: Seen): Use[] =>
  [...seen]
    .flatMap(([use, decisions]) => {
      const needed = decisions.find((each) => each.allowed && isAbout(grant, each));
      return needed === undefined ? [] : [{ use, ms: needed.at - (decisions[0]?.at ?? 0) }];
    })
    .sort((a, b) => a.ms - b.ms)
    .map(({ use }) => use);

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

/** Neighbours are of one function: of each function some. */
function chosenOf(grants: readonly Grant[], which: WhichGrants): Grant[] {
  if ('part' in which) return grants.filter((_, at) => at % which.of === which.part - 1);
  const step = Math.ceil(grants.length / which.sample);
  const day = Math.floor(Date.now() / 86_400_000) % step;
  return grants.filter((_, at) => at % step === day);
}

const wordsFor = ({ function: name, action, resource }: Grant): string =>
  `${name}: ${action} on ${resource.split(':').at(-1)}`;
