import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../../../..');
const full = join(root, '../shared/casper/recordings');
const embedded = join(root, 'infra/local/recordings');

(existsSync(full) ? test : test.skip).each(['chain-a', 'chain-d', 'chain-e'])(
  'trim.ts makes %s of the full recording, byte by byte',
  async (name) => {
    const target = mkdtempSync(join(tmpdir(), 'astake-trim-'));
    try {
      await promisify(execFile)(process.execPath, [join(embedded, 'trim.ts'), join(full, name), target]);
      const files = readdirSync(join(embedded, name)).sort();
      expect(readdirSync(target).sort()).toEqual(files);
      const differing = files.filter(
        (file) => !readFileSync(join(target, file)).equals(readFileSync(join(embedded, name, file))),
      );
      expect(differing).toEqual([]);
    } finally {
      rmSync(target, { recursive: true, force: true });
    }
  },
);
