import assert from 'node:assert/strict';
import { embeddedRecording, recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import { finished } from '../finished.ts';
import { editRecord } from './edited.ts';
import type { Use } from './use.ts';

const { owner, account } = recordedExamples[embeddedRecording];

/** The state machine's run finds an edited row; the stream of conflicts hands it to the resolver, and the chain wins. */
export const conflict: Use = {
  name: 'a reconciliation finds an edited row; the stream has it resolved',
  async run({ service, environment, operator, eventually }) {
    // The second one is sound: the run marks it as compared.
    for (const id of [owner, account]) assert.equal((await service.ask(`/v1/accounts/${id}`)).status, 200);
    await editRecord(
      { service, environment },
      (ref) => ref === `account#${owner}`,
      (value) => value.replace(/"balance":"\d+"/, '"balance":"1"'),
    );
    const started = await service.ask('/v1/reconciliations', { method: 'POST', headers: operator, body: {} });
    assert.equal(started.status, 202, JSON.stringify(started.body));
    const run = `/v1/reconciliations/${started.body.id}`;
    await finished(service, run, operator);
    const link = await service.ask(`${run}/link`, { method: 'POST', headers: operator });
    assert.equal(link.status, 201, JSON.stringify(link.body));
    const page = await service.ask(new URL(link.body.url, 'https://localhost').pathname);
    assert.equal(page.status, 200, JSON.stringify(page.body));
    await eventually(async () => (await service.items('conflicts')).some(({ status }) => status === 'resolved'));
    const { body } = await service.ask('/v1/conflicts?status=resolved', { headers: operator });
    assert.deepEqual(
      body.items.map((item: { ref: { id: string } }) => item.ref.id),
      [owner],
    );
  },
};
