import type { Command } from 'commander';
import { CliUsageError } from '../failure.ts';
import { act, type Cli } from '../run.ts';
import { subcommand } from '../subcommand.ts';
import { readableKinds } from './read.ts';

interface Words {
  /** The command with those above it: `sync now`; empty: none yet. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly about: string }[];
  readonly operands: readonly string[];
  readonly options: readonly CompletedOption[];
}

interface CompletedOption {
  readonly long: string;
  readonly takesValue: boolean;
}

export function addCompletionCommand(program: Command, cli: Cli): void {
  const completion = subcommand(
    program,
    'completion <shell>',
    'The completion for bash, zsh or fish.',
    'completion bash > ~/.local/share/bash-completion/completions/astake-lookup',
    'completion zsh > ~/.zsh/completions/_astake-lookup',
    'completion fish > ~/.config/fish/completions/astake-lookup.fish',
  );
  act(completion, cli, async (run) => {
    const [shell = ''] = run.operands;
    const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
    if (script === undefined) throw new CliUsageError(`"${shell}" is no known shell: bash, zsh or fish`);
    await run.io.write(script(wordsOf(program)));
    return 0;
  });
}

/** What stands after a command, where that is one of few words. */
const operands: Readonly<Record<string, readonly string[]>> = {
  get: readableKinds,
  decide: ['chain', 'database', 'dismiss'],
  completion: ['bash', 'zsh', 'fish'],
};

/** What stands after an option, where that is one of few words. */
const values: Readonly<Record<string, readonly string[]>> = {
  '--kind': readableKinds,
  '--role': ['reader', 'writer', 'operator', 'auditor'],
  '--status': ['open', 'awaiting-review', 'resolved'],
};

/** Prints the names of the profiles, a line each. */
const profileNames = `astake-lookup profile list --json 2>/dev/null | grep -o '"name":"[^"]*"' | cut -d'"' -f4`;

function wordsOf(command: Command, path = ''): Words[] {
  const own = command.commands.map((one) => ({ name: one.name(), about: one.description().split('. ')[0] ?? '' }));
  const deeper = command.commands.flatMap((one) => wordsOf(one, `${path} ${one.name()}`.trim()));
  return [{ path, commands: own, operands: operands[path] ?? [], options: optionsOf(command) }, ...deeper];
}

/** Its own, and those of the commands above it. */
function optionsOf(command: Command | null): CompletedOption[] {
  if (command === null) return [{ long: '--help', takesValue: false }];
  const own = command.options.map(({ long, required }) => ({ long: long ?? '', takesValue: required }));
  return [...own, ...optionsOf(command.parent)];
}

const longs = (options: readonly CompletedOption[]): string[] => options.map(({ long }) => long);

/** Options with a value of any text: the shell completes files. */
function ofAnyText(words: readonly Words[]): string[] {
  const all = words.flatMap(({ options }) => options.flatMap(({ long, takesValue }) => (takesValue ? [long] : [])));
  return [...new Set(all)].filter((long) => long !== '--profile' && !Object.hasOwn(values, long));
}

const bash = (words: readonly Words[]): string => `_astake_lookup() {
  local word known="" words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$known $word" in
      ${words.flatMap(({ path }) => (path === '' ? [] : [`" ${path}"`])).join('|')}) known="$known $word" ;;
    esac
  done
  case "$known" in
${words.map(({ path, commands, operands: few, options }) => `    "${path === '' ? '' : ` ${path}`}") words="${[...commands.map(({ name }) => name), ...few, ...longs(options)].join(' ')}" ;;`).join('\n')}
  esac
  case "\${COMP_WORDS[COMP_CWORD-1]}" in
    --profile) words="$(${profileNames})" ;;
${Object.entries(values)
  .map(([long, few]) => `    ${long}) words="${few.join(' ')}" ;;`)
  .join('\n')}
    ${ofAnyText(words).join('|')}) words="" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _astake_lookup astake-lookup
`;

const zsh = (words: readonly Words[]): string =>
  `#compdef astake-lookup\nautoload -U +X bashcompinit && bashcompinit\n${bash(words)}`;

const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;

/** Each word of the path was seen, and none of its subcommands. */
function fishCondition({ path, commands }: Words): string {
  if (path === '') return '__fish_use_subcommand';
  const seen = path.split(' ').map((word) => `__fish_seen_subcommand_from ${word}`);
  const below = commands.map(({ name }) => name).join(' ');
  return [...seen, ...(below === '' ? [] : [`not __fish_seen_subcommand_from ${below}`])].join('; and ');
}

function fishOption({ long, takesValue }: CompletedOption): string {
  const few = long === '--profile' ? `(${profileNames})` : values[long]?.join(' ');
  const value = few === undefined ? ' -r' : ` -x -a ${quoted(few)}`;
  return `-l ${long.slice(2)}${takesValue ? value : ''}`;
}

const fish = (words: readonly Words[]): string =>
  words
    .flatMap((one) => {
      const line = `complete -c astake-lookup -n ${quoted(fishCondition(one))}`;
      return [
        ...one.commands.map(({ name, about }) => `${line} -f -a ${name} -d ${quoted(about)}`),
        ...one.operands.map((name) => `${line} -f -a ${name}`),
        ...one.options.map((option) => `${line} ${fishOption(option)}`),
      ];
    })
    .concat('')
    .join('\n');

const scripts: Readonly<Record<string, (words: readonly Words[]) => string>> = { bash, zsh, fish };
