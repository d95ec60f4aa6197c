import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Template {
  readonly Resources: Record<
    string,
    { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> }
  >;
}

/** What the server refuses: test/infra and test/infra/monitoring look at it in the templates instead. */
const refused = [
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::InsightRule',
  'AWS::Events::Archive',
  'AWS::Logs::QueryDefinition',
];

/** Takes alarms on expressions, alarms of alarms, saved queries and archives out of the templates of an assembly. Nothing else refers to them. */
export function leaveOutRefused(assembly: string): void {
  for (const name of readdirSync(assembly).filter((file) => file.endsWith('.template.json'))) {
    const file = join(assembly, name);
    const template = JSON.parse(readFileSync(file, 'utf8')) as Template;
    for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
      const isExpression = Type === 'AWS::CloudWatch::Alarm' && Properties?.Metrics !== undefined;
      if (isExpression || refused.includes(Type)) delete template.Resources[id];
    }
    writeFileSync(file, JSON.stringify(template));
  }
}
