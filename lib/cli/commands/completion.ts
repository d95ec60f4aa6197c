import type { Command } from 'commander';
import { CliUsageError } from '../failure.ts';
import { act, type Cli } from '../run.ts';
import { subcommand } from '../subcommand.ts';

interface Words {
  /** The command with those above it: `sync now`; empty: none yet. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly about: string }[];
  readonly options: readonly string[];
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

function wordsOf(command: Command, path = ''): Words[] {
  const own = command.commands.map((one) => ({ name: one.name(), about: one.description().split('. ')[0] ?? '' }));
  const options = [...command.options, ...(command.parent?.options ?? [])].map(({ long }) => long ?? '');
  const deeper = command.commands.flatMap((one) => wordsOf(one, `${path} ${one.name()}`.trim()));
  return [{ path, commands: own, options: [...options, '--help'] }, ...deeper];
}

const bash = (words: readonly Words[]): string => `_astake_lookup() {
  local word known="" words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$known $word" in
      ${words.flatMap(({ path }) => (path === '' ? [] : [`" ${path}"`])).join('|')}) known="$known $word" ;;
    esac
  done
  case "$known" in
${words.map(({ path, commands, options }) => `    "${path === '' ? '' : ` ${path}`}") words="${[...commands.map(({ name }) => name), ...options].join(' ')}" ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _astake_lookup astake-lookup
`;

const zsh = (words: readonly Words[]): string =>
  `#compdef astake-lookup\nautoload -U +X bashcompinit && bashcompinit\n${bash(words)}`;

const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;

const fish = (words: readonly Words[]): string =>
  words
    .flatMap(({ path, commands, options }) => {
      const condition = path === '' ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${path.split(' ').at(-1)}`;
      const line = `complete -c astake-lookup -n ${quoted(condition)}`;
      return [
        ...commands.map(({ name, about }) => `${line} -f -a ${name} -d ${quoted(about)}`),
        ...options.map((option) => `${line} -l ${option.slice(2)}`),
      ];
    })
    .concat('')
    .join('\n');

const scripts: Readonly<Record<string, (words: readonly Words[]) => string>> = { bash, zsh, fish };
