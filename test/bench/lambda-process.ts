import { join } from 'node:path';
import { startChild } from './child.ts';
import type { Asking } from './events.ts';
import type { Round, RoundTaken } from './lambda-child.ts';

export interface LambdaProcess {
  round(asking: readonly Asking[]): Promise<RoundTaken>;
  end(): void;
}

/** The environment of a deployed function: metrics and logs are on, and only PATH comes from the machine. */
export const lambdaEnvironment = (own: Readonly<Record<string, string>>): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  AWS_REGION: 'local',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: 'bench',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  NODE_ENV: 'production',
  ...own,
});

/** Starts a built handler in a process. `profile` is a folder for its CPU profile. */
export async function startLambda(
  file: string,
  env: Readonly<Record<string, string>>,
  profile?: string,
): Promise<LambdaProcess> {
  const child = await startChild<Round, RoundTaken>(join(import.meta.dirname, 'lambda-child.ts'), [file], {
    env: lambdaEnvironment(env),
    profile,
  });
  return { round: (asking) => child.ask({ asking }), end: () => child.end() };
}
