import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { CliUsageError } from './failure.ts';
import { type Profile, readProfiles, refuseShared } from './profiles.ts';

export interface DeploymentOptions {
  readonly url?: string | undefined;
  readonly profile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/** Where the service is, and the caller's credential. */
export interface Deployment {
  readonly url: string;
  readonly credential: string | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

const localUrl = 'http://127.0.0.1:3000';
const commandMs = 60_000;

/**
 * The credential of a profile goes to the URL of that profile alone. One from the environment or from `--key-file` goes where the
 * caller says, but not in plain HTTP to another machine.
 */
export function deploymentOf(options: DeploymentOptions, env: Env): Deployment {
  const profile = profileOf(options, env);
  const url = options.url ?? profile?.url ?? env.ASTAKE_URL?.trim() ?? localUrl;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new CliUsageError('--url must be an http or https URL');
  const base = new URL(url);
  if (base.username !== '' || base.password !== '')
    throw new CliUsageError('--url must not have a name or a password in it: other users can see it');
  const credential = credentialOf(options, env, url === profile?.url ? profile : undefined);
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(base.hostname);
  if (credential !== undefined && base.protocol === 'http:' && !isHere)
    throw new CliUsageError('--url must be https: the credential would be readable');
  return { url, credential };
}

function profileOf({ url, profile: given }: DeploymentOptions, env: Env): Profile | undefined {
  if (given === undefined && url !== undefined) return undefined;
  const named = given ?? env.ASTAKE_PROFILE?.trim();
  if (!named && env.ASTAKE_URL?.trim()) return undefined;
  const { default: usual, profiles } = readProfiles(env);
  const name = named || usual;
  if (name === null) return undefined;
  if (!Object.hasOwn(profiles, name))
    throw new CliUsageError(`there is no profile "${name}": astake-lookup profile list shows all`);
  return profiles[name];
}

function credentialOf({ keyFile }: DeploymentOptions, env: Env, profile: Profile | undefined): string | undefined {
  const text =
    keyFile !== undefined
      ? readKey(keyFile)
      : env.ASTAKE_KEY?.trim() ||
        (profile?.keyEnv && env[profile.keyEnv]?.trim()) ||
        (profile?.keyFile && readKey(profile.keyFile)) ||
        (profile?.keyCommand && outputOf(profile.keyCommand));
  if (!text) return undefined;
  // What fetch says of a header that it refuses has the header in it.
  if (!/^[\x21-\x7e]+$/.test(text)) throw new CliUsageError('the credential must be one line of text');
  return text;
}

function readKey(file: string): string {
  if (file === '-') return readFileSync(0, 'utf8').trim();
  try {
    refuseShared(file, 'the file of the key');
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (error instanceof CliUsageError) throw error;
    throw new CliUsageError(`the file of the key cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** What it asks a person goes to standard error, which is the terminal. */
function outputOf(command: string): string {
  const { status, stdout } = spawnSync(command, {
    shell: true,
    encoding: 'utf8',
    stdio: ['inherit', 'pipe', 'inherit'],
    timeout: commandMs,
  });
  if (status !== 0) throw new CliUsageError('the command of the profile that gives the key failed');
  return stdout.trim();
}
