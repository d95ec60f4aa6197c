import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { stateMachineNames } from '../../manifest.ts';
import { objectOf } from '../object-of.ts';
import { type Listening, readBody, serve } from '../serve.ts';
import { localMachineArn, type StateMachines } from './state-machines.ts';

export interface StatesApiOptions {
  readonly host?: string;
  readonly port?: number;
  readonly machines: StateMachines;
}

const requestLimit = 1024 * 1024;
const inputLimit = 256 * 1024;

/**
 * Step Functions' StartExecution operation for the state machines in this process: the SDK's client reaches it by
 * AWS_ENDPOINT_URL_SFN. As for a standard workflow on AWS, a name is used once: who asks for the same again while it is
 * running is answered the same, and everybody else is refused.
 */
export async function startStatesApi({ host = '127.0.0.1', port = 0, machines }: StatesApiOptions): Promise<Listening> {
  const names = new Map(stateMachineNames.map((name) => [localMachineArn(name), name]));
  const executions = new Map<string, Started>();
  return serve(host, port, answer);

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(message, requestLimit);
    if (message.headers['x-amz-target'] !== 'AWSStepFunctions.StartExecution') {
      return fail(response, 'UnknownOperationException');
    }
    if (!body) return fail(response, 'ValidationException', `over ${requestLimit} bytes`);
    const asked = objectOf(body.toString('utf8')) as StartExecution | undefined;
    if (asked === undefined) return fail(response, 'SerializationException');
    const { stateMachineArn = '', name = randomUUID(), input = '{}' } = asked;
    const machine = names.get(stateMachineArn);
    if (machine === undefined) return fail(response, 'StateMachineDoesNotExist', `there is no ${stateMachineArn}`);
    if (!/^[\w-]{1,80}$/.test(name)) return fail(response, 'InvalidName', `"${name}" is no name of an execution`);
    const given = input.length > inputLimit ? undefined : objectOf(input);
    if (given === undefined) return fail(response, 'InvalidExecutionInput', 'the input is too long, or no object');

    const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const known = executions.get(executionArn);
    if (known !== undefined && (known.hasEnded || known.input !== input)) {
      return fail(response, 'ExecutionAlreadyExists', `there is an execution ${executionArn}`);
    }
    const started = known ?? { input, startDate: Date.now() / 1000, hasEnded: false };
    executions.set(executionArn, started);
    if (known === undefined) {
      const { ended } = await machines.start(machine, given);
      ended.then(() => {
        started.hasEnded = true;
      });
    }
    respond(response, 200, { executionArn, startDate: started.startDate });
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
