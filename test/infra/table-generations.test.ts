import { describe, expect, test } from '@jest/globals';
import { type App, Stack } from 'aws-cdk-lib';
import { functionNames } from '../../infra/manifest.ts';
import { tableNames } from '../../lib/store/tables.ts';
import { allowancesOf, appOf, functionsIn, outputsOf, resourcesOf, stackOf } from './template.ts';

const own = 'astake-lookup-production';
const later = `${own}-restored`;
const first = appOf({}, { environment: 'production' });
const app = appOf({ ASTAKE_TABLES: later }, { environment: 'production' });
const stacksOf = (of: App) => of.node.children.filter((child) => Stack.isStack(child)) as Stack[];
const tablesOf = (stack: Stack): string[] =>
  [...resourcesOf(stack, 'AWS::DynamoDB::Table').values()].map(({ Properties }) => Properties.TableName);

describe('A deployment of another generation of tables (ASTAKE_TABLES)', () => {
  test('has a stack of these tables, and leaves the data stack as it is', () => {
    const [data, tables, service] = stacksOf(app);
    expect(stacksOf(app).map(({ stackName }) => stackName)).toEqual([
      `${own}-data`,
      `${later}-tables`,
      `${own}-service`,
      `${own}-api`,
      `${own}-monitoring`,
    ]);
    expect(tablesOf(tables as Stack)).toEqual(tableNames.map((name) => `${later}-${name}`));
    expect(service?.dependencies.map(({ stackName }) => stackName).sort()).toEqual([`${own}-data`, `${later}-tables`]);
    const before = stackOf(first, 'production', 'data');
    expect(resourcesOf(data as Stack, 'AWS::DynamoDB::Table')).toEqual(resourcesOf(before, 'AWS::DynamoDB::Table'));
    // What the deployed service still imports cannot be taken from it.
    expect(outputsOf(data as Stack)).toEqual(outputsOf(before));
  });

  test('lets the functions use these tables and no other ones, by grant, by variable and by stream', () => {
    const service = stackOf(app, 'production', 'service');
    for (const name of functionNames) {
      const onTables = allowancesOf(service, `${own}-${name}`).filter(([action]) => /^dynamodb:/.test(action));
      for (const [action, resource] of onTables.filter(([, one]) => one.includes(':table/')))
        expect([name, action, resource]).toEqual([name, action, expect.stringContaining(`:table/${later}-`)]);
      expect(functionsIn(service).get(`${own}-${name}`)?.Properties.Environment.Variables.ASTAKE_TABLES).toBe(later);
    }
    const sources = [...resourcesOf(service, 'AWS::Lambda::EventSourceMapping').values()];
    expect(sources).toHaveLength(2);
    for (const { Properties } of sources)
      expect(JSON.stringify(Properties.EventSourceArn)).toContain(`${later}-tables:Exports`);
  });

  test('is refused where the names could be those of another environment', () => {
    expect(() => appOf({ ASTAKE_TABLES: later })).toThrow('ASTAKE_TABLES must be astake-lookup-dev, or begin with');
    expect(stacksOf(appOf({ ASTAKE_TABLES: own }, { environment: 'production' }))).toHaveLength(4);
  });
});
