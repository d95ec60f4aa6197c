import assert from 'node:assert/strict';
import { devKeys, type Signer, signedTransfer } from '../../infra/local/dev-chain/signed.ts';
import type { Use } from './use.ts';

const [sender, receiver] = devKeys as [Signer, Signer];

export const submission: Use = {
  name: 'a transfer is submitted, processed, and followed to its end',
  async run({ service, chain, operator, eventually }) {
    const transfer = signedTransfer({ from: sender, to: receiver.publicKey.toHex(), chainName: chain.chainName });
    const submit = () => service.ask('/v1/transactions', { method: 'POST', headers: operator, body: transfer });
    const sent = await submit();
    assert.equal(sent.status, 202, JSON.stringify(sent.body));
    assert.equal(sent.body.state, 'accepted');
    chain.setHeight(chain.height() + 1);
    const { location } = sent.headers;
    const read = await service.ask(`${location}?wait=20`);
    assert.equal(read.body.data?.status, 'processed', JSON.stringify(read.body));
    // Submitting it once more sends nothing and says how it ended, once a tick has followed its block.
    assert.equal((await service.ask('/v1/sync', { method: 'POST', headers: operator, body: {} })).status, 200);
    await eventually(async () => {
      return (await submit()).body.state === 'ended';
    });
    const { height } = read.body.data.executedAt;
    const after = await service.ask(`/v1/accounts/${receiver.publicKey.toHex()}?minHeight=${height}`);
    assert.ok(after.body.meta.block.height >= height, JSON.stringify(after.body.meta));
  },
};
