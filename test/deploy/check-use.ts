import { functionNames } from '../../infra/manifest.ts';
import { functionName, namePrefix } from '../../lib/runtime/names.ts';
import type { Decision } from './decisions.ts';
import { lastComplaints } from './logs.ts';
import type { Server } from './server.ts';
import type { Deployment, Use } from './uses/use.ts';

/** What did not hold, in one line, and the last lines of what the functions have logged. */
export class CheckFailed extends Error {
  readonly log: readonly string[];
  constructor(message: string, log: readonly string[] = [], cause?: unknown) {
    super(message, { cause });
    this.log = log;
  }
}

/**
 * A use holds where its verdict does, and no function was refused anything meanwhile: each has all the grants that it needs. Resolves
 * with what IAM has decided for the environment's functions. Throws CheckFailed.
 */
export async function checkUse(use: Use, deployment: Deployment, server: Server): Promise<readonly Decision[]> {
  const { environment } = deployment;
  const isOwn = (each: Decision) => isOf(environment, each) && (use.concerns?.(each) ?? true);
  const [since, mark] = [Date.now(), server.decisions().length];
  const failed = async (why: string, cause?: unknown) => {
    const names = functionNames.map((name) => functionName(environment, name));
    const log = await lastComplaints(server, names, since).catch(() => []);
    return new CheckFailed(`${environment}: ${use.name}: ${why}`, log, cause);
  };
  try {
    await use.run(deployment);
  } catch (error) {
    throw await failed(shortOf(error), error);
  }
  const decisions = server.decisions(mark).filter(isOwn);
  const refused = decisions.find(({ allowed }) => !allowed);
  if (refused !== undefined) throw await failed(wordsFor(refused));
  return decisions;
}

const isOf = (environment: string, decision: Decision): boolean =>
  decision.function.startsWith(`${namePrefix(environment)}-`);

const wordsFor = ({ function: name, action, resource }: Decision): string =>
  `${name} may not ${action} on ${resource.split(':').at(-1)}`;

/** What went wrong, in one line. */
export const shortOf = (error: unknown): string =>
  (error instanceof Error ? error.message || error.name : String(error)).replaceAll(/\s+/g, ' ').slice(0, 500);
