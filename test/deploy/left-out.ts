import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Template {
  readonly Resources: Record<string, Resource>;
}

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  UpdatePolicy?: object;
}

/** What the server refuses: test/infra and test/infra/monitoring look at it in the templates instead. */
const refused = [
  'AWS::Budgets::Budget',
  'AWS::CodeDeploy::Application',
  'AWS::CodeDeploy::DeploymentGroup',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::InsightRule',
  'AWS::Events::Archive',
  'AWS::Logs::QueryDefinition',
];

/**
 * Takes out of the templates of an assembly: alarms on expressions, alarms of alarms, saved queries, archives, budgets, and CodeDeploy, without which
 * aliases move at once. Nothing else refers to them.
 */
export function leaveOutRefused(assembly: string): void {
  for (const name of readdirSync(assembly).filter((file) => file.endsWith('.template.json'))) {
    const file = join(assembly, name);
    const template = JSON.parse(readFileSync(file, 'utf8')) as Template;
    for (const [id, resource] of Object.entries(template.Resources)) {
      const { Type, Properties } = resource;
      if (Type === 'AWS::Lambda::Alias') delete resource.UpdatePolicy;
      const isExpression = Type === 'AWS::CloudWatch::Alarm' && Properties?.Metrics !== undefined;
      if (isExpression || refused.includes(Type)) delete template.Resources[id];
    }
    writeFileSync(file, JSON.stringify(template));
  }
}
