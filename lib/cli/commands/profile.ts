import type { Command } from 'commander';
import { CliUsageError } from '../failure.ts';
import { type Profile, readProfiles, writeProfiles } from '../profiles.ts';
import { act, type Cli } from '../run.ts';
import { subcommand } from '../subcommand.ts';

interface SetOptions extends Partial<Profile> {
  readonly default?: boolean;
}

/** What a profile says is on this machine alone: the service is not asked. */
export function addProfileCommands(program: Command, cli: Cli): void {
  const { env } = cli.io;
  const profile = subcommand(
    program,
    'profile',
    'Deployments by name. A profile says where the credential is, and has none itself.',
    "profile set production --url https://lookup.example --key-command 'pass show lookup/production' --default",
  );
  const set = subcommand(
    profile,
    'set <name>',
    'Notes a deployment; its URL is --url.',
    'profile set staging --url https://staging.lookup.example --key-env STAGING_KEY',
  )
    .option('--key-env <variable>', 'the environment variable that has the credential')
    .option('--key-command <command>', 'a command of the shell whose output is the credential')
    .option('--default', 'the profile where none is named');
  act<SetOptions>(set, cli, async (run) => {
    const [name = ''] = run.operands;
    const { url, keyEnv, keyFile, keyCommand } = run.options;
    if (!/^[\w.-]{1,64}$/.test(name) || name === '__proto__')
      throw new CliUsageError('the name of a profile has letters, digits and .-_ only');
    if (url === undefined) throw new CliUsageError('a profile needs --url');
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
      throw new CliUsageError('--url must be an http or https URL');
    if ([keyEnv, keyFile, keyCommand].filter((one) => one !== undefined).length > 1)
      throw new CliUsageError('--key-env, --key-file and --key-command exclude each other');
    const before = readProfiles(env);
    const usual = run.options.default || before.default === null ? name : before.default;
    writeProfiles(env, {
      default: usual,
      profiles: { ...before.profiles, [name]: { url, keyEnv, keyFile, keyCommand } },
    });
    run.io.warn(`noted${usual === name ? ', and used where no other is named' : ''}`);
    return 0;
  });
  act(subcommand(profile, 'list', 'All profiles.', 'profile list'), cli, async (run) => {
    const { default: usual, profiles } = readProfiles(env);
    const rows = Object.entries(profiles).map(([name, one]) => ({ name, isDefault: name === usual, ...one }));
    const columns = [
      { title: 'NAME', of: (row: (typeof rows)[number]) => `${row.name}${row.isDefault ? ' (default)' : ''}` },
      { title: 'URL', of: (row: (typeof rows)[number]) => row.url },
      { title: 'KEY FROM', of: keyPlace },
    ];
    await run.table(rows, columns, 'No profile: astake-lookup profile set');
    return 0;
  });
  act(subcommand(profile, 'remove <name>', 'Forgets a profile.', 'profile remove staging'), cli, async (run) => {
    const [name = ''] = run.operands;
    const { default: usual, profiles } = readProfiles(env);
    if (!Object.hasOwn(profiles, name)) throw new CliUsageError(`there is no profile "${name}"`);
    const { [name]: _, ...rest } = profiles;
    writeProfiles(env, { default: usual === name ? null : usual, profiles: rest });
    return 0;
  });
}

function keyPlace({ keyEnv, keyFile, keyCommand }: Profile): string {
  if (keyEnv) return `the variable ${keyEnv}`;
  if (keyFile) return `the file ${keyFile}`;
  return keyCommand ? `the command ${keyCommand}` : 'ASTAKE_KEY';
}
