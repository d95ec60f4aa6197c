import type { Command } from 'commander';

/** A command with its example, which `--help` shows. */
export function subcommand(parent: Command, usage: string, description: string, ...examples: string[]): Command {
  const lines = examples.map((one) => `  astake-lookup ${one}`);
  return parent
    .command(usage)
    .description(description)
    .addHelpText('after', `\n${lines.length > 1 ? 'Examples' : 'Example'}:\n${lines.join('\n')}`);
}
