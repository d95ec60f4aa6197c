import { ArnFormat, type Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { functionName, namePrefix } from '../../lib/runtime/names.ts';
import { type TableName, tableName } from '../../lib/store/tables.ts';
import { type FunctionDefinition, type TableUse, tableActions } from '../manifest.ts';

/**
 * What the manifest lets a function do, and nothing else. Tables and functions are named, not referenced: their names
 * follow from the environment, as in the functions' own code, and the stacks stay free to be replaced one by one.
 */
export function grantsOf(stack: Stack, environment: string, definition: FunctionDefinition): PolicyStatement[] {
  return [
    ...byTable(definition.tables).map(([table, uses]) => allow(actionsOf(table, uses), [tableArn(table)])),
    ...byTable(definition.indexes ?? {}).map(([table, indexes]) =>
      allow(
        ['dynamodb:Query'],
        indexes.map((index) => `${tableArn(table)}/index/${index}`),
      ),
    ),
    ...(definition.invokesRefresh ? [allow(['lambda:InvokeFunction'], [refreshArn()])] : []),
  ];

  function tableArn(table: TableName): string {
    return stack.formatArn({
      service: 'dynamodb',
      resource: 'table',
      resourceName: tableName(namePrefix(environment), table),
    });
  }

  function refreshArn(): string {
    return stack.formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName: functionName(environment, 'refresh'),
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}

const byTable = <Value>(record: Readonly<Partial<Record<TableName, Value>>>) =>
  Object.entries(record) as [TableName, Value][];

const actionsOf = (table: TableName, uses: readonly TableUse[]): string[] =>
  uses.flatMap((use) => tableActions[table][use]).map((action) => `dynamodb:${action}`);

const allow = (actions: string[], resources: string[]): PolicyStatement => new PolicyStatement({ actions, resources });
