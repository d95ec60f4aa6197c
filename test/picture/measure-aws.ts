import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Functions, Handler } from '../../infra/local/aws/functions.ts';
import { ofAws } from '../../infra/monitoring/figure.ts';
import { functionName } from '../../lib/runtime/names.ts';
import type { Figures } from './figures.ts';

/** The functions, of which each invocation is noted as Lambda does, and how many are at work. */
export function measuredFunctions(
  functions: Functions,
  environment: string,
  figures: Figures,
): { readonly functions: Functions; atWork(): number } {
  let atWork = 0;
  const measured = (name: string, handler: Handler): Handler =>
    async function invoke(event, context) {
      const note = (metric: string, value: number) =>
        figures.note(ofAws('Lambda', metric, 'Sum', { FunctionName: functionName(environment, name) }), value);
      const began = performance.now();
      atWork += 1;
      figures.note(ofAws('Lambda', 'ConcurrentExecutions', 'Maximum'), atWork);
      note('Invocations', 1);
      try {
        const result = await handler(event, context);
        note('Errors', 0);
        return result;
      } catch (error) {
        note('Errors', 1);
        throw error;
      } finally {
        atWork -= 1;
        note('Duration', performance.now() - began);
      }
    };
  return {
    functions: new Map([...functions].map(([name, handler]) => [name, measured(name, handler)])),
    atWork: () => atWork,
  };
}

interface Consumed {
  readonly TableName?: string;
  readonly CapacityUnits?: number;
  readonly Table?: { readonly CapacityUnits?: number };
  readonly GlobalSecondaryIndexes?: Readonly<Record<string, { readonly CapacityUnits?: number }>>;
}

/** As DynamoDB names them. */
const operations: Readonly<Record<string, string>> = {
  GetCommand: 'GetItem',
  BatchGetCommand: 'BatchGetItem',
  QueryCommand: 'Query',
  PutCommand: 'PutItem',
  UpdateCommand: 'UpdateItem',
  TransactWriteCommand: 'TransactWriteItems',
};
const reading = /Get|Query/;

/** From now on each request to the database notes what it consumed and how long it took, as DynamoDB does. */
export function measureDatabase(figures: Figures): void {
  const { send } = DynamoDBDocumentClient.prototype as unknown as { send: (...given: unknown[]) => Promise<unknown> };
  Object.assign(DynamoDBDocumentClient.prototype, {
    async send(this: unknown, command: { input: object; constructor: { name: string } }, ...more: unknown[]) {
      const Operation = operations[command.constructor.name];
      if (Operation === undefined) return send.call(this, command, ...more);
      Object.assign(command.input, { ReturnConsumedCapacity: 'INDEXES' });
      const began = performance.now();
      const output = (await send.call(this, command, ...more)) as { readonly ConsumedCapacity?: Consumed | Consumed[] };
      const took = performance.now() - began;
      const name = reading.test(Operation) ? 'ConsumedReadCapacityUnits' : 'ConsumedWriteCapacityUnits';
      for (const { TableName = '', CapacityUnits, Table, GlobalSecondaryIndexes = {} } of [
        output.ConsumedCapacity ?? [],
      ].flat()) {
        const noteUnits = (units: number, index: object = {}) =>
          figures.note(ofAws('DynamoDB', name, 'Sum', { TableName, ...index }), units);
        noteUnits(Table?.CapacityUnits ?? CapacityUnits ?? 0);
        for (const [GlobalSecondaryIndexName, units] of Object.entries(GlobalSecondaryIndexes))
          noteUnits(units.CapacityUnits ?? 0, { GlobalSecondaryIndexName });
        figures.note(ofAws('DynamoDB', 'SuccessfulRequestLatency', 'p99', { TableName, Operation }), took);
      }
      return output;
    },
  });
}
