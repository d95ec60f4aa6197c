import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { CliUsageError } from './failure.ts';

/** One deployment. A profile names where a credential is, and never has one. */
export interface Profile {
  readonly url: string;
  readonly keyEnv?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly keyCommand?: string | undefined;
}

export interface Profiles {
  readonly default: string | null;
  readonly profiles: Readonly<Record<string, Profile>>;
}

type Env = Readonly<Record<string, string | undefined>>;

const profilesFile = (env: Env): string =>
  join(env.XDG_CONFIG_HOME?.trim() || join(env.HOME || homedir(), '.config'), 'astake-lookup', 'profiles.json');

/** Throws a CliUsageError for a file that cannot be read, or that other users could have written: a command of it is run. */
export function readProfiles(env: Env): Profiles {
  const file = profilesFile(env);
  if (!existsSync(file)) return { default: null, profiles: {} };
  refuseShared(file, 'the file of profiles');
  try {
    const { default: name = null, profiles = {} } = JSON.parse(readFileSync(file, 'utf8'));
    return { default: name, profiles };
  } catch {
    throw new CliUsageError(`${file} cannot be read: mend it, or remove it`);
  }
}

export function writeProfiles(env: Env, profiles: Profiles): void {
  const file = profilesFile(env);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const next = `${file}.${process.pid}`;
  writeFileSync(next, `${JSON.stringify(profiles, null, 2)}\n`, { mode: 0o600 });
  chmodSync(next, 0o600);
  renameSync(next, file);
}

/** Windows has no such modes. */
export function refuseShared(file: string, what: string): void {
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0)
    throw new CliUsageError(`${what} can be read or written by other users: chmod 600 ${file}`);
}
