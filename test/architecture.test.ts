import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const root = resolve(import.meta.dirname, '..');

/** Which layers each may import, and which packages; whatever is not named here is not allowed. */
const layers: Record<string, { readonly may: readonly string[]; readonly packages: readonly (string | RegExp)[] }> = {
  'lib/domain': { may: ['lib/domain'], packages: ['canonicalize', /^@noble\/hashes\//] },
  'lib/entities': { may: ['lib/entities', 'lib/domain'], packages: [] },
  'lib/usecases': { may: ['lib/usecases', 'lib/entities', 'lib/domain'], packages: ['lru-cache', 'p-limit'] },
  'lib/chain': {
    may: ['lib/chain', 'lib/domain'],
    packages: ['casper-js-sdk', 'cockatiel', 'lru-cache', 'p-limit', /^@noble\/hashes\//],
  },
  'lib/store': {
    may: ['lib/store', 'lib/domain'],
    packages: ['@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb', 'p-limit'],
  },
  'lib/runtime': {
    may: ['lib/'],
    packages: [
      '@middy/core',
      'aws-lambda',
      'zod/mini',
      '@aws-sdk/client-eventbridge',
      '@aws-sdk/client-lambda',
      '@aws-sdk/client-secrets-manager',
      '@aws-sdk/client-sfn',
      /^@aws-lambda-powertools\//,
    ],
  },
  functions: {
    may: ['lib/domain', 'lib/entities', 'lib/usecases', 'lib/runtime'],
    packages: ['@middy/core', 'aws-lambda', 'zod/mini'],
  },
};

function filesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => join(folder, name));
}

function importsOf(file: string): string[] {
  const source = readFileSync(join(root, file), 'utf8');
  return [...source.matchAll(/(?:\bfrom\s|\bimport[\s(])\s*'([^'\n]+)'/g)].map(([, specifier]) => specifier ?? '');
}

function isAllowed(file: string, specifier: string, { may, packages }: (typeof layers)[string]): boolean {
  if (specifier.startsWith('node:')) return true;
  if (!specifier.startsWith('.')) {
    return packages.some((allowed) => (typeof allowed === 'string' ? allowed === specifier : allowed.test(specifier)));
  }
  const target = relative(root, resolve(root, file, '..', specifier));
  return may.some((layer) => target.startsWith(layer));
}

test.each(Object.keys(layers))('%s imports only what its layer may', (layer) => {
  const rules = layers[layer] ?? { may: [], packages: [] };
  const files = filesUnder(layer);
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter((specifier) => !isAllowed(file, specifier, rules))
      .map((specifier) => `${file}: ${specifier}`),
  );
  expect(files.length).toBeGreaterThan(3);
  expect(wrong).toEqual([]);
});

test('casper-js-sdk is known to one file, and loaded lazily', () => {
  const knowing = filesUnder('lib').filter((file) => importsOf(file).includes('casper-js-sdk'));
  expect(knowing).toEqual(['lib/chain/rpc/casper-sdk.ts']);
  expect(readFileSync(join(root, 'lib/chain/rpc/casper-sdk.ts'), 'utf8')).not.toMatch(
    /^import (?!type)[^;]*casper-js-sdk/m,
  );
});

test('no use case asks for a kind by name', () => {
  const wrong = filesUnder('lib/usecases').filter((file) =>
    /kind === '|case 'asset'|case 'account'/.test(readFileSync(join(root, file), 'utf8')),
  );
  expect(wrong).toEqual([]);
});
