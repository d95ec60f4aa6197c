import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { entityRoutes } from '../lib/entities/index.ts';

const root = resolve(import.meta.dirname, '..');

interface Layer {
  /** The layers below it that it may import. */
  readonly below: readonly string[];
  /** The packages that it may import; no other package. */
  readonly packages: readonly (string | RegExp)[];
  /**
   * Its rooms (folders and files), floor by floor from the top: a room imports itself and rooms on lower floors. A layer
   * without floors is one room.
   */
  readonly floors?: readonly (readonly string[])[];
}

const layers: Readonly<Record<string, Layer>> = {
  functions: {
    below: ['lib/runtime', 'lib/usecases', 'lib/entities', 'lib/domain'],
    packages: ['zod/mini'],
  },
  'lib/runtime': {
    below: ['package.json', 'lib/usecases', 'lib/chain', 'lib/store', 'lib/entities', 'lib/domain'],
    packages: [
      '@middy/core',
      'aws-lambda',
      'zod/mini',
      'jose',
      'lru-cache',
      '@aws-sdk/client-cloudwatch',
      '@aws-sdk/client-eventbridge',
      '@aws-sdk/client-kms',
      '@aws-sdk/client-lambda',
      '@aws-sdk/client-s3',
      '@aws-sdk/client-secrets-manager',
      '@aws-sdk/client-sfn',
      /^@aws-lambda-powertools\//,
    ],
    floors: [['*.ts'], ['access', 'webhooks'], ['contract'], ['batch-request.ts', 'page-routes.ts']],
  },
  'lib/pages': { below: ['lib/client/'], packages: [/^preact(?:\/|$)/, 'uplot'] },
  'lib/usecases': {
    below: ['lib/entities', 'lib/domain'],
    packages: ['lru-cache', 'p-limit'],
    floors: [
      ['reconciliation', 'health'],
      ['following', 'collecting'],
      ['submitting'],
      ['reading'],
      ['conflicts'],
      ['saving'],
      ['observing'],
      ['webhooks'],
      ['explaining'],
      ['audit', 'keys', 'local-data', 'status', 'events', 'process', 'advice'],
      ['limits'],
      ['store-access.ts'],
    ],
  },
  'lib/chain': {
    below: ['lib/domain'],
    packages: ['casper-js-sdk', 'hash-wasm', 'lru-cache', 'p-limit', /^@noble\/(?:curves|hashes)\//],
    floors: [['casper-chain.ts'], ['submission', 'trust'], ['state'], ['pool'], ['rpc'], ['proof']],
  },
  'lib/store': {
    below: ['lib/domain'],
    packages: ['@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb', 'p-limit'],
    floors: [['*.ts'], ['progress', 'reconciliation'], ['dynamodb'], ['tables.ts']],
  },
  // Runs in apps and browsers: no package, and nothing of the service.
  'lib/client': { below: [], packages: [] },
  // Runs in apps and browsers too. What it shares with the service is what knows the chain's forms, and no node.
  'lib/verify': {
    below: ['lib/chain/proof/', 'lib/chain/rpc/', 'lib/chain/state/', 'lib/entities', 'lib/domain'],
    packages: [/^@noble\/hashes\//],
  },
  'lib/cli': { below: ['package.json', 'lib/client/'], packages: ['commander'] },
  'lib/entities': { below: ['lib/domain'], packages: [] },
  'lib/domain': {
    below: [],
    packages: ['canonicalize', /^@noble\/hashes\//],
    floors: [['service.ts'], ['events.ts', 'shared-definitions.ts'], ['ports'], ['*.ts']],
  },
  'infra/stacks': {
    below: [
      'infra/budget.ts',
      'infra/concurrency.ts',
      'infra/manifest.ts',
      'infra/environments.ts',
      'infra/edge-settings.ts',
      'infra/rollout.ts',
      'infra/monitoring/',
      'lib/runtime/cors.ts',
      'lib/runtime/endpoints.ts',
      'lib/runtime/metric-names.ts',
      'lib/runtime/names.ts',
      'lib/store/tables.ts',
      'lib/usecases/status/widget.ts',
      'lib/usecases/status/widgets.ts',
    ],
    packages: [/^aws-cdk-lib(?:\/|$)/, 'constructs'],
    floors: [
      ['api-stack.ts', 'service-stack.ts', 'monitoring-stack.ts'],
      ['*.ts'],
      ['grants.ts'],
      ['function-arn.ts', 'state-machine-arn.ts'],
    ],
  },
  'infra/monitoring': {
    below: [
      'infra/assumptions.ts',
      'infra/manifest.ts',
      'infra/prices.ts',
      'lib/domain/ports/metric-history.ts',
      'lib/runtime/metric-names.ts',
      'lib/runtime/names.ts',
      'lib/store/tables.ts',
      'lib/usecases/status/widget.ts',
      'lib/usecases/status/widgets.ts',
    ],
    packages: [],
    floors: [
      ['alarms.ts', 'rows.ts', 'roll-back.ts', 'saved-queries.ts'],
      ['charts.ts'],
      ['charts-of-machinery.ts', 'charts-of-store.ts'],
      ['alarms', 'chart.ts'],
      ['alarm.ts'],
      ['figure.ts'],
    ],
  },
  'infra/manifest': {
    below: ['lib/runtime/contract/', 'lib/runtime/page-routes.ts', 'lib/store/tables.ts'],
    packages: [],
    floors: [
      ['rollouts.ts', 'route-settings.ts'],
      ['concurrency.ts', 'routes.ts', 'schedules.ts', 'streams.ts'],
      ['state-machines.ts'],
      ['enumerate.ts', 'head-digest.ts', 'reconcile.ts', 'sync-loop.ts', 'webhook-loop.ts'],
      ['states-language.ts'],
      ['functions.ts'],
      ['table-uses.ts'],
    ],
  },
  'infra/local': {
    below: ['infra/manifest', 'infra/build-pages.ts', 'infra/format-error.ts', 'functions', 'lib/'],
    packages: [/.*/],
    floors: [
      ['demo', 'start.ts'],
      ['*.ts'],
      ['gateway'],
      ['engine', 'aws'],
      ['dev-chain', 'recordings', 'memory'],
      ['serve.ts', 'object-of.ts'],
    ],
  },
};

const filesUnder = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'))
    .map((name) => join(folder, name));

const importsOf = (file: string): string[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/(?:\bfrom\s|\bimport[\s(])\s*'([^'\n]+)'/g)].map(
    ([, specifier = '']) => specifier,
  );

const targetOf = (file: string, specifier: string): string => relative(root, resolve(root, dirname(file), specifier));

/** The floor of a file in its layer; 0 is the top. A file that no floor names is on the floor of `*.ts`. */
function floorOf(floors: readonly (readonly string[])[], layer: string, file: string): number {
  const room = roomOf(layer, file);
  const named = floors.findIndex((names) => names.includes(room));
  return named < 0 && room.endsWith('.ts') ? floors.findIndex((names) => names.includes('*.ts')) : named;
}

const roomOf = (layer: string, file: string): string => relative(layer, file).split('/')[0] ?? '';

/** Why a file may not import this; undefined: it may. */
function objection(layer: string, file: string, specifier: string): string | undefined {
  const { below, packages, floors = [] } = layers[layer] as Layer;
  if (specifier.startsWith('node:')) return undefined;
  if (!specifier.startsWith('.')) {
    const isAllowed = packages.some((name) => (typeof name === 'string' ? name === specifier : name.test(specifier)));
    return isAllowed ? undefined : `${file} may not import the package ${specifier}`;
  }
  const target = targetOf(file, specifier);
  if (!target.startsWith(`${layer}/`)) {
    return below.some((lower) => target.startsWith(lower)) ? undefined : `${file} may not import ${target}`;
  }
  if (floors.length === 0 || roomOf(layer, file) === roomOf(layer, target)) return undefined;
  const [from, to] = [floorOf(floors, layer, file), floorOf(floors, layer, target)];
  const isTopLevel = floors[from]?.includes('*.ts') && from === to;
  return from < to || isTopLevel ? undefined : `${file} imports ${target}, which is on no lower floor`;
}

describe.each(Object.keys(layers))('%s', (layer) => {
  const files = filesUnder(layer);

  test('imports only what it may', () => {
    expect(files.length).toBeGreaterThan(3);
    expect(
      files.flatMap((file) =>
        importsOf(file)
          .map((specifier) => objection(layer, file, specifier))
          .filter(Boolean),
      ),
    ).toEqual([]);
  });

  test('has a floor for each of its rooms, and a room for each that is named', () => {
    const { floors } = layers[layer] as Layer;
    if (floors === undefined) return;
    const unplaced = files.filter((file) => floorOf(floors, layer, file) < 0);
    const empty = floors.flat().filter((room) => room !== '*.ts' && !existsSync(join(root, layer, room)));
    expect({ unplaced, empty }).toEqual({ unplaced: [], empty: [] });
  });
});

test('no files import each other in a circle', () => {
  const files = ['lib', 'functions', 'infra', 'test'].flatMap(filesUnder);
  const imports = new Map(
    files.map((file) => [
      file,
      importsOf(file).flatMap((specifier) => (specifier.startsWith('.') ? [targetOf(file, specifier)] : [])),
    ]),
  );
  const done = new Set<string>();
  const circles: string[] = [];
  function follow(file: string, path: readonly string[]): void {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' > '));
    if (done.has(file) || path.includes(file)) return;
    for (const target of imports.get(file) ?? []) follow(target, [...path, file]);
    done.add(file);
  }
  for (const file of files) follow(file, []);
  expect(circles).toEqual([]);
});

test('each exported name of the product has one meaning', () => {
  const places = new Map<string, string[]>();
  for (const file of ['lib', 'infra'].flatMap(filesUnder)) {
    const source = readFileSync(join(root, file), 'utf8');
    for (const [, name = ''] of source.matchAll(
      /^export (?:declare )?(?:async )?(?:function\*?|const|class|interface|type) (\w+)/gm,
    )) {
      const files = places.get(name) ?? [];
      // Two functions that overload each other are one name.
      if (!files.includes(file)) places.set(name, [...files, file]);
    }
  }
  expect([...places].filter(([, files]) => files.length > 1)).toEqual([]);
});

test('casper-js-sdk is known to one file, and loaded lazily', () => {
  const knowing = filesUnder('lib').filter((file) => importsOf(file).includes('casper-js-sdk'));
  expect(knowing).toEqual(['lib/chain/rpc/casper-sdk.ts']);
  expect(readFileSync(join(root, 'lib/chain/rpc/casper-sdk.ts'), 'utf8')).not.toMatch(
    /^import (?!type)[^;]*casper-js-sdk/m,
  );
});

test('no use case asks for a kind by name', () => {
  const kinds = entityRoutes.map(({ kind }) => kind);
  expect(kinds).toEqual(expect.arrayContaining(['asset', 'staking']));
  const asking = new RegExp(`kind [!=]== '|case '(${kinds.join('|')})'`);
  expect(filesUnder('lib/usecases').filter((file) => asking.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
});
