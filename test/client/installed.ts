import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildClient } from '../../infra/build-client.ts';

const root = resolve(import.meta.dirname, '../..');

export interface Installed {
  readonly folder: string;
  remove(): void;
}

/** A folder with the examples, where this package and its built client are installed. */
export async function installExamples(): Promise<Installed> {
  const folder = mkdtempSync(join(tmpdir(), 'astake-examples-'));
  const own = join(folder, 'node_modules/astake-lookup');
  mkdirSync(own, { recursive: true });
  cpSync(join(root, 'package.json'), join(own, 'package.json'));
  cpSync(join(root, 'examples'), join(folder, 'examples'), { recursive: true });
  await buildClient(join(own, 'dist/client'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
