import type { Stack } from 'aws-cdk-lib';
import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs';
import { namePrefix } from '../../lib/runtime/names.ts';
import { type FunctionName, functionNames } from '../manifest.ts';
import { type SavedQuery, savedQueries } from '../monitoring/saved-queries.ts';
import { accessLogs, functionLogs } from './log-groups.ts';

/** A query searches at most 50 log groups. These have nothing to find: what they answer is fixed. */
const left: readonly FunctionName[] = ['get-page', 'get-openapi', 'not-found'];

/** The saved queries of CloudWatch Logs Insights, in a folder of the environment's name. */
export function createSavedQueries(stack: Stack, environment: string): void {
  for (const { name, logs, query } of savedQueries)
    new CfnQueryDefinition(stack, `query ${name}`, {
      name: `${namePrefix(environment)}/${name}`,
      queryString: query,
      logGroupNames: groupsOf(logs, environment),
    });
}

function groupsOf(logs: SavedQuery['logs'], environment: string): string[] {
  if (logs === 'access') return [accessLogs(environment)];
  const functions = logs === 'all' ? functionNames.filter((each) => !left.includes(each)) : logs;
  return functions.map((each) => functionLogs(environment, each));
}
