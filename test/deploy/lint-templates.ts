/**
 * `npm run lint:templates`: cfn-lint reads every template, as synthesised without settings and with all of them. Exit status: 0, it finds
 * nothing but what is explained here, or there is no Python.
 */

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outcomeOf, run } from './command.ts';
import { pythonPrograms } from './python.ts';

/** Findings that stand, and why. */
const explained: Readonly<Record<string, string>> = {
  W3005: 'The CDK names a dependency that a reference implies already: it says the same twice, and changes nothing.',
};

const project = join(import.meta.dirname, '../..');

/** Each makes stacks that the ones before it do not. */
const syntheses: readonly { readonly args: readonly string[]; readonly variables: Readonly<Record<string, string>> }[] =
  [
    { args: [], variables: {} },
    {
      args: ['-c', 'environment=production'],
      variables: {
        ASTAKE_TABLES: 'astake-lookup-production-2',
        ASTAKE_OPERATOR_AUTH: 'iam',
        ASTAKE_WEB: 'on',
        ASTAKE_DOMAIN: 'api.lookup.example',
        ASTAKE_CERTIFICATE_ARN: 'arn:aws:acm:us-east-1:000000000001:certificate/11111111-1111-1111-1111-111111111111',
        ASTAKE_EDGE_DOMAIN: 'lookup.example',
        ASTAKE_EDGE_CERTIFICATE_ARN:
          'arn:aws:acm:us-east-1:000000000001:certificate/22222222-2222-2222-2222-222222222222',
        ASTAKE_EDGE_KEY: 'an-example-that-opens-nothing-at-all-0001',
      },
    },
  ];

interface Finding {
  readonly Filename: string;
  readonly Message: string;
  readonly Rule: { readonly Id: string };
}

const programs = await pythonPrograms('lint-requirements.txt');
if (programs === undefined) console.log('skipped: cfn-lint needs Python 3.10 or later, with venv and pip');
else {
  const folder = mkdtempSync(join(tmpdir(), 'astake-templates-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const files: string[] = [];
  for (const [index, { args, variables }] of syntheses.entries()) {
    const output = join(folder, String(index));
    await run(
      join(project, 'node_modules/.bin/cdk'),
      ['synth', '--quiet', '--no-notices', '--output', output, ...args],
      { cwd: project, env: { ...process.env, ...variables } },
    );
    files.push(...readdirSync(output, { recursive: true, encoding: 'utf8' }).map((name) => join(output, name)));
  }
  const templates = files.filter((file) => file.endsWith('.template.json'));
  if (templates.length === 0) throw new Error('there are no templates');
  const { output, errors } = await outcomeOf(join(programs, 'cfn-lint'), ['--format', 'json', '--', ...templates]);
  if (errors !== '') throw new Error(errors);
  const findings = JSON.parse(output) as Finding[];
  const open = findings.filter(({ Rule }) => !Object.hasOwn(explained, Rule.Id));
  for (const { Filename, Message, Rule } of open)
    console.error(`${Filename.slice(folder.length + 3)}: ${Rule.Id} ${Message}`);
  for (const [id, why] of Object.entries(explained))
    console.log(`${findings.filter(({ Rule }) => Rule.Id === id).length} × ${id}: ${why}`);
  console.log(`${templates.length} templates: ${open.length} findings that nothing explains`);
  process.exitCode = open.length > 0 ? 1 : 0;
}
