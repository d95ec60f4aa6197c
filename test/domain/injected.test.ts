import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
/** A call. The function itself may be a default, which a caller can replace. */
const uninjected = /Date\.now\(\)|Math\.random\(\)|new Date\(\)/;

test('time of day and chance are injected: nothing in lib and functions asks the machine for them by itself', () => {
  const files = ['lib', 'functions'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  );
  expect(files.length).toBeGreaterThan(200);
  expect(files.filter((file) => uninjected.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
});
