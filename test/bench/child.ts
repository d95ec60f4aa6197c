import { type ForkOptions, fork } from 'node:child_process';
import { once } from 'node:events';

export interface Child<Question, Answer> {
  /** One question at a time. */
  ask(question: Question): Promise<Answer>;
  end(): void;
}

export interface ChildOptions {
  readonly env?: ForkOptions['env'];
  /** A folder for its CPU profile. */
  readonly profile?: string | undefined;
}

/** Starts a program in a process of its own, which says that it is ready, and then answers each message with one. */
export async function startChild<Question extends object, Answer>(
  file: string,
  args: readonly string[],
  { env, profile }: ChildOptions = {},
): Promise<Child<Question, Answer>> {
  const profiling = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const child = fork(file, args, {
    env,
    execArgv: ['--disable-warning=ExperimentalWarning', ...profiling],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const failed = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the process ended with ${code}`)));
  failed.catch(() => undefined);
  const nextMessage = () => Promise.race([once(child, 'message').then(([message]) => message), failed]);
  await nextMessage();
  return {
    async ask(question) {
      const answer = nextMessage();
      child.send(question);
      return (await answer) as Answer;
    },
    end: () => child.disconnect(),
  };
}
