import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { lookupApp } from '../../infra/app.ts';

const { context: flags } = JSON.parse(readFileSync(join(import.meta.dirname, '../../cdk.json'), 'utf8'));

/** The app with this folder instead of the bundle, and without CDK's own validation, which takes three seconds. */
export const appOf = (
  deployEnv: Record<string, string> = {},
  context: Record<string, unknown> = {},
  credentials?: string,
): App =>
  lookupApp({
    bundle: import.meta.dirname,
    web: import.meta.dirname,
    deployEnv,
    credentials,
    // What they say would be said once for each test.
    context: { ...flags, '@aws-cdk/core:annotationsInValidationReport': false, ...context },
    builtinCloudFormationValidation: false,
  });

export const stackOf = (
  app: App,
  environment: string,
  part: 'data' | 'service' | 'api' | 'monitoring' | 'web',
): Stack => app.node.findChild(`astake-lookup-${environment}-${part}`) as Stack;

export interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  // biome-ignore lint/suspicious/noExplicitAny: of what updates it
  readonly UpdatePolicy?: any;
  readonly DependsOn?: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: the properties depend on the resource's type
  readonly Properties: any;
}

interface StackTemplate {
  readonly Resources?: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, Output>>;
}

interface Output {
  readonly Value: unknown;
  readonly Export: { readonly Name: string };
}

const templates = new WeakMap<Stack, StackTemplate>();

/** Synthesised once per stack: the stack must be complete. */
function templateOf(stack: Stack): StackTemplate {
  const template = templates.get(stack) ?? (Template.fromStack(stack).toJSON() as StackTemplate);
  templates.set(stack, template);
  return template;
}

/** A stack's resources, by logical id. */
export const allResourcesOf = (stack: Stack): Readonly<Record<string, Resource>> => templateOf(stack).Resources ?? {};

/** A stack's resources of one type, by logical id. */
export const resourcesOf = (stack: Stack, type: string): ReadonlyMap<string, Resource> =>
  new Map(Object.entries(allResourcesOf(stack)).filter(([, resource]) => resource.Type === type));

export const outputsOf = (stack: Stack): Readonly<Record<string, unknown>> => templateOf(stack).Outputs ?? {};

/** A template's value as one string, such as `arn:${AWS::Partition}:…`; an attribute as `${logical id.attribute}`. */
export function written(value: unknown): string {
  if (typeof value === 'string') return value;
  const {
    Ref,
    'Fn::Join': join,
    'Fn::GetAtt': attribute,
    'Fn::ImportValue': imported,
  } = value as Record<string, unknown>;
  if (typeof imported === 'string') return `\${${imported}}`;
  if (typeof Ref === 'string') return `\${${Ref}}`;
  if (Array.isArray(attribute)) return `\${${attribute.join('.')}}`;
  if (Array.isArray(join)) return (join[1] as unknown[]).map(written).join(join[0]);
  throw new Error(`Cannot read ${JSON.stringify(value)}`);
}

const listed = <Item>(value: Item | Item[]): Item[] => (Array.isArray(value) ? value : [value]);

/** Functions by their names on AWS. */
export const functionsIn = (stack: Stack): ReadonlyMap<string, Resource> =>
  new Map(
    [...resourcesOf(stack, 'AWS::Lambda::Function').values()].map((each) => [each.Properties.FunctionName, each]),
  );

/** Logical ids of queues by their names on AWS. */
export const queuesIn = (stack: Stack): ReadonlyMap<string, string> =>
  new Map([...resourcesOf(stack, 'AWS::SQS::Queue')].map(([id, { Properties }]) => [Properties.QueueName, id]));

/** The service stack's references to the streams of the data stack's tables, by the table's name without prefix. */
export function streamArnsFor(app: App, environment: string): ReadonlyMap<string, string> {
  const data = stackOf(app, environment, 'data');
  const { Outputs = {} } = templateOf(data);
  const streamed = [...resourcesOf(data, 'AWS::DynamoDB::Table')];
  return new Map(
    Object.values(Outputs).flatMap(({ Value, Export }) => {
      const [, table] = streamed.find(([id]) => written(Value) === `\${${id}.StreamArn}`) ?? [];
      if (table === undefined) return [];
      return [[table.Properties.TableName.replace(`astake-lookup-${environment}-`, ''), `\${${Export.Name}}`]];
    }),
  );
}

/** `[route key, what it invokes, authorization]` of every route. */
export function routesIn(stack: Stack): [string, string | undefined, string][] {
  const integrations = resourcesOf(stack, 'AWS::ApiGatewayV2::Integration');
  return [...resourcesOf(stack, 'AWS::ApiGatewayV2::Route').values()].map(({ Properties }) => {
    const integration = integrations.get(/^integrations\/\$\{(.+)\}$/.exec(written(Properties.Target))?.[1] ?? '');
    const invoked = invokedIn(stack, integration?.Properties.IntegrationUri);
    return [Properties.RouteKey, invoked, Properties.AuthorizationType];
  });
}

/** The logical id behind a reference to a resource or one of its attributes. */
export const idIn = (value: unknown): string => /^\$\{([^.}]+)(?:\.\w+)?\}$/.exec(written(value))?.[1] ?? '';

/** The function that a reference or an ARN names, with its alias: `name:alias`; without an alias its name alone. */
export function invokedIn(stack: Stack, value: unknown): string | undefined {
  const text = JSON.stringify(value);
  const refersTo = (id: string) => text.includes(`{"Ref":"${id}"}`) || text.includes(`{"Fn::GetAtt":["${id}",`);
  const deployed = resourcesOf(stack, 'AWS::Lambda::Function');
  const nameOf = (id: string): string | undefined => deployed.get(id)?.Properties.FunctionName;
  for (const [id, { Properties }] of resourcesOf(stack, 'AWS::Lambda::Alias'))
    if (refersTo(id)) return `${nameOf(idIn(Properties.FunctionName))}:${Properties.Name}`;
  for (const id of deployed.keys()) if (refersTo(id)) return nameOf(id);
  return /:function:([\w:-]+)/.exec(text)?.[1];
}

/** Every `[action, resource]` that the policies of a function's role allow. Its log group appears as `its log group`. */
export function allowancesOf(stack: Stack, functionName: string): [string, string][] {
  const ownLogs = `:log-group:/aws/lambda/${functionName}:*`;
  return allowancesOfRole(stack, idIn(functionsIn(stack).get(functionName)?.Properties.Role))
    .map(([action, arn]): [string, string] => [action, arn.endsWith(ownLogs) ? 'its log group' : arn])
    .sort();
}

/** Every `[action, resource]` that the policies of a role allow. */
export function allowancesOfRole(stack: Stack, role: string): [string, string][] {
  const attached = [...resourcesOf(stack, 'AWS::IAM::Policy').values()]
    .map(({ Properties }) => Properties)
    .filter(({ Roles }) => Roles.map(idIn).includes(role));
  const within = resourcesOf(stack, 'AWS::IAM::Role').get(role)?.Properties.Policies ?? [];
  return [...within, ...attached]
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .flatMap(({ Effect, Action, Resource: on }) => {
      if (Effect !== 'Allow' || Action === undefined) throw new Error(`${role} has an unexpected statement`);
      return listed<string>(Action).flatMap((action) =>
        listed<unknown>(on).map((arn): [string, string] => [action, written(arn)]),
      );
    })
    .sort();
}
