import assert from 'node:assert/strict';
import { functionName } from '../../../lib/runtime/names.ts';
import { devKeys, type Signer, signedTransfer } from '../../infra/local/dev-chain/signed.ts';
import type { Use } from './use.ts';

const [receiver, sender] = devKeys as [Signer, Signer];

/** No request has asked for it: EventBridge starts the Express machine each minute, which invokes `sync`. */
export const schedule: Use = {
  name: 'the schedule syncs, and a tick saves what a block has changed',
  async run({ service, environment, chain, operator, eventually }) {
    await eventually(async () => (await service.ask('/v1/ready')).status === 200);
    const { body } = await service.ask('/v1/sync', { headers: operator });
    assert.notEqual(body.cursor, null);
    assert.equal(body.stalled, null);
    // The machine is not waited for: this is the same tick.
    const account = `/v1/accounts/${receiver.publicKey.toHex()}`;
    const tick = () => service.invoke(functionName(environment, 'sync'), {});
    assert.equal((await service.ask(account)).status, 200);
    await tick();
    const transfer = signedTransfer({ from: sender, to: receiver.publicKey.toHex(), chainName: chain.chainName });
    const submit = () => service.ask('/v1/transactions', { method: 'POST', headers: operator, body: transfer });
    assert.equal((await submit()).status, 202);
    chain.setHeight(chain.height() + 1);
    await eventually(async () => {
      await tick();
      return (await submit()).body.state === 'ended';
    });
  },
};
