import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { stateMachineNames } from '../../manifest.ts';
import { objectOf } from '../object-of.ts';
import { type Listening, readBody, servePrivately } from '../serve.ts';
import { localStateMachineArn, type StateMachineRunner } from './state-machine-runner.ts';

export interface StatesApiOptions {
  readonly stateMachineRunner: StateMachineRunner;
  /** How many names of executions are remembered, besides those of running ones. */
  readonly keptNames?: number;
}

const requestLimit = 1024 * 1024;
const inputLimit = 256 * 1024;

/**
 * Step Functions' StartExecution operation for the state machines in this process. The SDK's client finds it by
 * AWS_ENDPOINT_URL_SFN. As for a standard workflow on AWS, an execution's name can be used once; AWS forgets
 * it after 90 days, and this process after 1,000 others. A repeated request with the same input gets the running execution;
 * any other request with the name is refused.
 */
export async function startStatesApi({ stateMachineRunner, keptNames = 1_000 }: StatesApiOptions): Promise<Listening> {
  const names = new Map(stateMachineNames.map((name) => [localStateMachineArn(name), name]));
  const executions = new Map<string, Started>();
  return servePrivately(answer);

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(message, requestLimit);
    if (message.headers['x-amz-target'] !== 'AWSStepFunctions.StartExecution') {
      return fail(response, 'UnknownOperationException');
    }
    if (!body) return fail(response, 'ValidationException', `over ${requestLimit} bytes`);
    const request = objectOf(body.toString('utf8')) as StartExecution | undefined;
    if (request === undefined) return fail(response, 'SerializationException');
    const { stateMachineArn = '', name = randomUUID(), input = '{}' } = request;
    const stateMachine = names.get(stateMachineArn);
    if (stateMachine === undefined)
      return fail(response, 'StateMachineDoesNotExist', `unknown state machine ${stateMachineArn}`);
    if (!/^[\w-]{1,80}$/.test(name)) return fail(response, 'InvalidName', `invalid execution name "${name}"`);
    const inputObject = input.length > inputLimit ? undefined : objectOf(input);
    if (inputObject === undefined)
      return fail(response, 'InvalidExecutionInput', 'the input is too long or not a JSON object');

    const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const known = executions.get(executionArn);
    if (known !== undefined && (known.hasEnded || known.input !== input)) {
      return fail(response, 'ExecutionAlreadyExists', `the execution ${executionArn} exists`);
    }
    const started = known ?? { input, startDate: Date.now() / 1000, hasEnded: false };
    executions.set(executionArn, started);
    forgetOldest();
    if (known === undefined) {
      const { ended } = await stateMachineRunner.start(stateMachine, inputObject);
      ended.then(() => {
        started.hasEnded = true;
      });
    }
    respond(response, 200, { executionArn, startDate: started.startDate });
  }

  function forgetOldest(): void {
    for (const [arn, { hasEnded }] of executions) {
      if (executions.size <= keptNames) return;
      if (hasEnded) executions.delete(arn);
    }
  }
}

interface StartExecution {
  readonly stateMachineArn?: string;
  readonly name?: string;
  readonly input?: string;
}

interface Started {
  readonly input: string;
  /** Epoch seconds. */
  readonly startDate: number;
  hasEnded: boolean;
}

function respond(response: ServerResponse, status: number, payload: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() });
  response.end(JSON.stringify(payload));
}

const fail = (response: ServerResponse, type: string, message: string = type): void =>
  respond(response, 400, { __type: type, message });
