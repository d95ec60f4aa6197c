import { describe, expect, test } from '@jest/globals';
import { functionNames, streams } from '../../infra/manifest.ts';
import { appOf, functionsIn, stackOf } from './template.ts';

const prefix = 'astake-lookup-production-';
const reservedIn = (given: Record<string, string>): Record<string, number> =>
  Object.fromEntries(
    [...functionsIn(stackOf(appOf(given, { environment: 'production' }), 'production', 'service'))].flatMap(
      ([name, { Properties }]) =>
        Properties.ReservedConcurrentExecutions === undefined
          ? []
          : [[name.replace(prefix, ''), Properties.ReservedConcurrentExecutions]],
    ),
  );

describe('the processes of an environment (ASTAKE_CONCURRENCY)', () => {
  test.each([200, 1_000, 10_000])(
    'of %i, sync and others have their own, readers a part, and 100 stay',
    (processes) => {
      const {
        'get-entity': entity = 0,
        lookup = 0,
        ...others
      } = reservedIn({
        ASTAKE_CONCURRENCY: JSON.stringify({ production: processes }),
      });
      expect(others).toEqual({ sync: 3, 'publish-events': 5, 'resolve-conflict': 5, 'sweep-shard': 4, refresh: 20 });
      for (const { function: name, parallel } of streams) expect(others[name]).toBeGreaterThanOrEqual(parallel);
      const taken = Object.values(others).reduce((sum, count) => sum + count, entity + lookup);
      expect(processes - taken).toBeGreaterThanOrEqual(100);
      expect(Math.min(entity, lookup)).toBeGreaterThan(0);
      // Readers leave something to the functions without a part of their own.
      expect(entity + lookup).toBeLessThan((processes - 137) * 0.75);
      expect(functionNames.length).toBeGreaterThan(Object.keys(others).length + 2);
    },
  );

  test.each([{}, { ASTAKE_CONCURRENCY: '{"staging":500}' }, { ASTAKE_CONCURRENCY: '{"production":0}' }])(
    'are not divided by %j, and the synthesis of production says so',
    (given: Record<string, string>) => {
      expect(reservedIn(given)).toEqual({});
      const warnings = ({ environment }: { environment: string }) =>
        JSON.stringify(stackOf(appOf(given, { environment }), environment, 'service').node.metadata);
      expect(warnings({ environment: 'production' })).toContain('ASTAKE_CONCURRENCY does not name production');
      expect(warnings({ environment: 'dev' })).not.toContain('ASTAKE_CONCURRENCY');
    },
  );

  test('too few of them end the synthesis', () => {
    expect(() => appOf({ ASTAKE_CONCURRENCY: '{"dev":10}' }, { environment: 'dev' })).toThrow(
      /dev may run 10 processes, and reservations need 200 at least/,
    );
  });

  test.each(['x', '[]', '{"dev":"many"}', '{"dev":1.5}', '{"dev":-1}'])('%s is refused', (given) => {
    expect(() => appOf({ ASTAKE_CONCURRENCY: given })).toThrow('ASTAKE_CONCURRENCY must be JSON');
  });
});
