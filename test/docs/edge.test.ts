import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Stack } from 'aws-cdk-lib';
import { appOf, outputsOf } from '../infra/template.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');
const [, procedure = ''] = /\n### A name of your own, and CloudFront\n([\s\S]*?)\n### /.exec(page) ?? [];
const [, commands = ''] = /```\n([\s\S]*?)```/.exec(procedure) ?? [];

test('the commands that put CloudFront in front, followed word by word, make what the page says', () => {
  const exports = [...commands.matchAll(/^export (\w+)=(?:'(.*)'|(.*))$/gm)];
  const env = Object.fromEntries(exports.map(([, name = '', quoted, plain]) => [name, quoted ?? plain ?? '']));
  const [, environment = '', prefix = ''] = /^npx cdk deploy -c environment=(\w+) '(.*)\*'$/m.exec(commands) ?? [];
  const app = appOf({ CASPER_RPC_URLS: 'https://node.example/rpc', ...env }, { environment });
  const [api, edge] = ['api', 'edge'].map((part) => app.node.findChild(prefix + part)) as [Stack, Stack];
  expect(Object.keys(outputsOf(api))).toContain('DomainTarget');
  expect(Object.keys(outputsOf(edge))).toContain('EdgeTarget');
  for (const output of ['DomainTarget', 'EdgeTarget']) expect(procedure).toContain(`\`${output}\``);
  const [, bootstrapped] = /^npx cdk bootstrap aws:\/\/\d+\/(\S+)$/m.exec(commands) ?? [];
  expect(edge.region).toBe(bootstrapped);
  expect(procedure).toContain('/aws/vendedlogs/cloudfront/astake-lookup-production');
});

test('with the first two settings alone there is no CloudFront', () => {
  const exports = [...commands.matchAll(/^export (ASTAKE_DOMAIN|ASTAKE_CERTIFICATE_ARN)=(.*)$/gm)];
  const env = Object.fromEntries(exports.map(([, name = '', value = '']) => [name, value]));
  expect(Object.keys(env)).toHaveLength(2);
  const app = appOf({ CASPER_RPC_URLS: 'https://node.example/rpc', ...env }, { environment: 'production' });
  expect(app.node.tryFindChild('astake-lookup-production-edge')).toBeUndefined();
  expect(Object.keys(outputsOf(app.node.findChild('astake-lookup-production-api') as Stack))).toContain('ApiUrl');
});
