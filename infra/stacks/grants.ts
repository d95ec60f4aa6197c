import { ArnFormat, type Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { busName } from '../../lib/runtime/names.ts';
import { type TableName, tableName } from '../../lib/store/tables.ts';
import { type FunctionDefinition, type TableUse, tableActions } from '../manifest.ts';
import { functionArn } from './function-arn.ts';
import { stateMachineArn } from './state-machine-arn.ts';

export interface Grantee {
  readonly environment: string;
  /** The prefix of the names of the tables. */
  readonly tables: string;
  readonly definition: FunctionDefinition;
  /** Names or ARNs in Secrets Manager of the values for the nodes' headers. */
  readonly secrets: readonly string[];
  readonly heads?: HeadStore | undefined;
}

/** Where signed head digests are kept, and the key that signs them. */
export interface HeadStore {
  readonly bucketName: string;
  readonly bucketArn: string;
  readonly keyArn: string;
}

/**
 * Exactly the permissions that the manifest gives a function. Tables and functions are named, not referenced: their names
 * follow from the environment, as in the functions' own code, so each stack can be replaced alone.
 */
export function grantsOf(
  stack: Stack,
  { environment, tables, definition, secrets, heads }: Grantee,
): PolicyStatement[] {
  return [
    ...byTable(definition.tables).flatMap(([table, uses]) => onTable(table, uses)),
    ...byTable(definition.indexes ?? {}).map(([table, indexes]) =>
      allow(
        ['dynamodb:Query'],
        indexes.map((index) => `${tableArn(table)}/index/${index}`),
      ),
    ),
    ...(definition.invokesRefresh
      ? [allow(['lambda:InvokeFunction'], [functionArn(stack, environment, 'refresh')])]
      : []),
    ...(definition.invokes === undefined
      ? []
      : [
          allow(
            ['lambda:InvokeFunction'],
            definition.invokes.map((name) => functionArn(stack, environment, name)),
          ),
        ]),
    ...(definition.usesChain && secrets.length > 0
      ? [allow(['secretsmanager:GetSecretValue'], secrets.map(secretArn))]
      : []),
    ...(definition.publishesEvents ? [allow(['events:PutEvents'], [busArn()])] : []),
    // CloudWatch knows no resource for it.
    ...(definition.readsMetrics ? [allow(['cloudwatch:GetMetricData'], ['*'])] : []),
    ...(definition.startsReconciliation
      ? [allow(['states:StartExecution'], [stateMachineArn(stack, environment, 'reconcile')])]
      : []),
    ...(definition.headDigests === undefined ? [] : headGrants(definition.headDigests)),
  ];

  /** Of `progress` each function writes items of its own: a reader with a defect cannot move the cursor (rule ITEM-1). */
  function onTable(table: TableName, uses: readonly TableUse[]): PolicyStatement[] {
    const resources = [tableArn(table)];
    const isOfItems = (use: TableUse) => table === 'progress' && (use === 'put' || use === 'update');
    const actionsOf = (ofItems: boolean) => uses.filter((use) => isOfItems(use) === ofItems).map(actionOf);
    const conditions = {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': definition.progressItems },
      // Of no keys at all every condition of that kind holds.
      Null: { 'dynamodb:LeadingKeys': 'false' },
    };
    return [
      new PolicyStatement({ actions: actionsOf(false), resources }),
      new PolicyStatement({ actions: actionsOf(true), resources, conditions }),
    ].filter(({ actions }) => actions.length > 0);
  }

  /** Nothing that could shorten a retention, and no delete. Both are of the data stack, and named by it. */
  function headGrants(use: 'read' | 'write'): PolicyStatement[] {
    if (heads === undefined) throw new Error('The head digests have no bucket');
    // Exactly the names of days, and of parts, which are SHA-256 in hex.
    const days = `${heads.bucketArn}/days/????-??-??.json`;
    const parts = `${heads.bucketArn}/parts/${'?'.repeat(64)}.ndjson`;
    return [
      allow(['s3:ListBucketVersions'], [heads.bucketArn]),
      // Each object is read by its oldest version.
      allow(['s3:GetObjectVersion'], [days]),
      ...(use === 'read'
        ? []
        : [allow(['s3:PutObject'], [days, parts]), allow(['kms:Sign', 'kms:GetPublicKey'], [heads.keyArn])]),
    ];
  }

  function tableArn(table: TableName): string {
    return stack.formatArn({
      service: 'dynamodb',
      resource: 'table',
      resourceName: tableName(tables, table),
    });
  }

  /** Secrets Manager appends a hyphen and six random characters to the name, so the ARN needs a pattern. */
  function secretArn(secret: string): string {
    if (secret.startsWith('arn:')) return secret;
    return stack.formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: `${secret}-??????`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }

  function busArn(): string {
    return stack.formatArn({ service: 'events', resource: 'event-bus', resourceName: busName(environment) });
  }
}

const byTable = <Value>(record: Readonly<Partial<Record<TableName, Value>>>) =>
  Object.entries(record) as [TableName, Value][];

const actionOf = (use: TableUse): string => `dynamodb:${tableActions[use]}`;

const allow = (actions: string[], resources: string[]): PolicyStatement => new PolicyStatement({ actions, resources });
