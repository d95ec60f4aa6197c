import assert from 'node:assert/strict';
import {
  DescribeExecutionCommand,
  ListStateMachinesCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { embeddedRecording, recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import { stateMachineNames } from '../../../infra/manifest.ts';
import { stateMachineName } from '../../../lib/runtime/names.ts';
import type { Use } from './use.ts';

const { owner } = recordedExamples[embeddedRecording];

/** Started as their rules do, without waiting for the time. Reconciliation has a record to compare that is sound. */
export const machines: Use = {
  name: 'every state machine runs to its end',
  async run({ service, environment, eventually }) {
    assert.equal((await service.ask(`/v1/accounts/${owner}`)).status, 200);
    const states = new SFNClient(service.settings);
    try {
      const { stateMachines = [] } = await states.send(new ListStateMachinesCommand({}));
      const run = async (name: string) => {
        const found = stateMachines.find((each) => each.name === name);
        const { executionArn } = await states.send(
          new StartExecutionCommand({ stateMachineArn: found?.stateMachineArn, input: '{}' }),
        );
        const described = () => states.send(new DescribeExecutionCommand({ executionArn }));
        await eventually(async () => (await described()).status !== 'RUNNING');
        const { status, cause } = await described();
        assert.equal(status, 'SUCCEEDED', `${name}: ${cause}`);
      };
      await Promise.all(stateMachineNames.map((name) => run(stateMachineName(environment, name))));
    } finally {
      states.destroy();
    }
  },
};
