import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { buildCli } from '../../infra/build-cli.ts';
import type { CliIo } from '../../lib/cli/io.ts';
import { createProgram } from '../../lib/cli/program.ts';
import { program, runProgram } from './run-program.ts';

const root = resolve(import.meta.dirname, '../..');
const secret = 'a-secret-of-the-profile';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'astake-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: string[]) => runProgram({ XDG_CONFIG_HOME: folder }, args);
const profiles = () => join(folder, 'astake-lookup/profiles.json');

describe('profiles', () => {
  test('are noted in a file that only its owner can read, without a credential', async () => {
    const set = ['profile', 'set', 'here', '--url', 'http://127.0.0.1:3', '--key-command', 'echo of-the-command'];
    expect(await run(...set)).toMatchObject({ status: 0, out: '' });
    expect(
      await run('profile', 'set', 'staging', '--url', 'https://staging.example', '--key-env', 'STAGING_KEY'),
    ).toMatchObject({
      status: 0,
    });
    expect(statSync(profiles()).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(profiles(), 'utf8'))).toEqual({
      default: 'here',
      profiles: {
        here: { url: 'http://127.0.0.1:3', keyCommand: 'echo of-the-command' },
        staging: { url: 'https://staging.example', keyEnv: 'STAGING_KEY' },
      },
    });
    expect((await run('profile', 'list')).out).toBe(
      [
        'NAME            URL                      KEY FROM',
        'here (default)  http://127.0.0.1:3       the command echo of-the-command',
        'staging         https://staging.example  the variable STAGING_KEY\n',
      ].join('\n'),
    );
    expect(await run('profile', 'remove', 'here')).toMatchObject({ status: 0 });
    expect(JSON.parse((await run('profile', 'list', '--json')).out)).toHaveLength(1);
  });

  test('are refused where other users could have written them, and where there is none of the name', async () => {
    await run('profile', 'set', 'here', '--url', 'http://127.0.0.1:3');
    expect(await run('status', '--profile', 'there')).toMatchObject({
      status: 2,
      err: expect.stringContaining('no profile'),
    });
    chmodSync(profiles(), 0o666);
    expect(await run('status')).toMatchObject({ status: 2, err: expect.stringContaining('chmod 600') });
  });

  test('give the credential to their own URL alone, and no error writes it', async () => {
    const file = join(folder, 'key');
    writeFileSync(file, secret, { mode: 0o600 });
    await run('profile', 'set', 'far', '--url', 'http://example.invalid', '--key-file', file);
    // With the credential, plain HTTP to another machine is refused; without it, the host is asked for.
    expect(await run('status')).toMatchObject({ status: 2, err: expect.stringContaining('must be https') });
    const other = await run('status', '--url', 'http://127.0.0.1:3');
    expect([other.status, other.err]).toEqual([2, expect.stringContaining('ECONNREFUSED')]);
    chmodSync(file, 0o644);
    const shared = await run('status');
    expect([shared.status, shared.err]).toEqual([2, expect.stringContaining('can be read or written by other users')]);
    writeFileSync(file, `${secret}\nand more`);
    chmodSync(file, 0o600);
    const lines = await run('status');
    expect([lines.status, lines.err]).toEqual([2, expect.stringContaining('one line')]);
    expect(other.err + shared.err + lines.err).not.toContain(secret);
  });
});

test('the program says its version', async () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(await run('--version')).toEqual({ status: 0, out: `${version}\n`, err: '' });
});

test('a command that fails writes no file', async () => {
  expect((await run('status', '--url', 'http://127.0.0.1:3')).status).toBe(2);
  expect(existsSync(join(folder, 'astake-lookup'))).toBe(false);
});

test('every command explains itself with an example', async () => {
  const io = { env: {}, signal: new AbortController().signal } as unknown as CliIo;
  const paths: string[][] = [];
  const collect = ({ commands }: ReturnType<typeof createProgram>, path: string[]): void => {
    for (const one of commands) {
      paths.push([...path, one.name()]);
      collect(one, [...path, one.name()]);
    }
  };
  collect(createProgram({ io, exitCode: 0 }), []);
  expect(paths.length).toBeGreaterThan(30);
  for (const path of paths) {
    let text = '';
    const write = async (more: string) => {
      text += more;
    };
    const cli = {
      io: { ...io, write, warn: () => {} },
      exitCode: 0 as const,
    };
    await createProgram(cli)
      .parseAsync([...path, '--help'], { from: 'user' })
      .catch(() => {});
    expect([path, /^Examples?:\n {2}\S.*astake-lookup|^Examples?:\n {2}astake-lookup/m.test(text)]).toEqual([
      path,
      true,
    ]);
  }
  expect(await run('sync', 'now', '--help')).toMatchObject({ status: 0, err: '' });
});

describe('completion', () => {
  test('of bash completes commands, their subcommands and options', async () => {
    const { out } = await run('completion', 'bash');
    const complete = (...words: string[]) =>
      execFileSync(
        'bash',
        [
          '-c',
          `${out}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _astake_lookup; echo "\${COMPREPLY[@]}"`,
        ],
        {
          encoding: 'utf8',
        },
      ).trim();
    expect(complete('astake-lookup', 'rec')).toBe('reconcile');
    expect(complete('astake-lookup', 'sync', 'pa')).toBe('pass-block');
    expect(complete('astake-lookup', 'get', '--max')).toBe('--max-age');
    expect(complete('astake-lookup', 'sync', 'now', '--js')).toBe('--json');
    expect(complete('astake-lookup', 'get', 'ass')).toBe('asset');
    expect(complete('astake-lookup', 'decide', '3fa2b1c0', 'data')).toBe('database');
    expect(complete('astake-lookup', 'keys', 'create', '--role', 'w')).toBe('writer');
    expect(complete('astake-lookup', '--url', 's')).toBe('');
    expect(complete('astake-lookup', '--url', 'https://x.example', 'stat')).toBe('status');
  });

  test('of bash completes the names of profiles', async () => {
    await run('profile', 'set', 'staging', '--url', 'https://staging.example');
    const { out } = await run('completion', 'bash');
    const own = `astake-lookup() { '${process.execPath}' '${program}' "$@"; }`;
    const asked = `COMP_WORDS=(astake-lookup --profile st); COMP_CWORD=2; _astake_lookup; echo "\${COMPREPLY[@]}"`;
    const env = { PATH: process.env.PATH, XDG_CONFIG_HOME: folder };
    expect(execFileSync('bash', ['-c', `${own}\n${out}\n${asked}`], { encoding: 'utf8', env })).toBe('staging\n');
  });

  test('of zsh and fish has every command', async () => {
    for (const shell of ['zsh', 'fish'])
      expect((await run('completion', shell)).out).toMatch(/watch[\s\S]*reconcile|reconcile[\s\S]*watch/);
  });
});

describe('starts', () => {
  const older = `Object.defineProperty(process.versions, 'node', { value: '20.19.0' });`;

  test('in a clone on the Node of the lock file, when an older one runs it', () => {
    const preload = join(folder, 'older.cjs');
    writeFileSync(preload, older);
    const { status, stdout } = spawnSync(process.execPath, ['--require', preload, program, '--help'], {
      encoding: 'utf8',
    });
    expect([status, stdout]).toEqual([0, expect.stringContaining('Usage: astake-lookup')]);
  });

  test('as an installed package from one file, without another package', async () => {
    const own = join(folder, 'node_modules/astake-lookup');
    mkdirSync(join(own, 'lib/cli'), { recursive: true });
    cpSync(join(root, 'package.json'), join(own, 'package.json'));
    cpSync(program, join(own, 'lib/cli/bin.cjs'));
    await buildCli(join(own, 'dist/cli'));
    const { bin, files } = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8'));
    expect([bin['astake-lookup'], files]).toEqual([
      'lib/cli/bin.cjs',
      expect.arrayContaining(['dist/cli', 'lib/cli/bin.cjs']),
    ]);
    const installed = join(own, bin['astake-lookup']);
    const { status, stdout } = spawnSync(process.execPath, [installed, 'profile', 'list'], {
      encoding: 'utf8',
      cwd: dirname(installed),
      env: { XDG_CONFIG_HOME: folder },
    });
    expect([status, stdout]).toEqual([0, 'No profile: astake-lookup profile set\n']);
  });
});
