import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Use } from './use.ts';

export const webhook: Use = {
  name: 'a webhook is made, tested, sent an event of the feed by its schedule, paused when its receiver is gone, and deleted',
  async run({ service, operator, eventually }) {
    const received: unknown[] = [];
    let isGone = false;
    const receiver = createServer(async (request, response) => {
      let text = '';
      for await (const part of request.setEncoding('utf8')) text += part;
      received.push(JSON.parse(text).type);
      response.writeHead(isGone ? 410 : 204).end();
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const { port } = receiver.address() as AddressInfo;
    const ask = (method: string, path: string, body?: unknown) =>
      service.ask(path, { method, headers: operator, body });
    try {
      // Its record is saved: the feed has an event.
      assert.equal((await service.ask('/v1/assets/villas/0')).status, 200);
      const made = await ask('POST', '/v1/webhooks', { url: `http://127.0.0.1:${port}/` });
      assert.equal(made.status, 201, JSON.stringify(made.body));
      const path = `/v1/webhooks/${made.body.id}`;
      const tested = await ask('POST', `${path}/test`);
      assert.equal(tested.body.delivered, true, JSON.stringify(tested.body));
      assert.deepEqual(received, ['WebhookTest']);
      for (const [method, part, body] of [
        ['PATCH', '', { description: 'a check' }],
        ['POST', '/pause'],
        ['POST', '/resume'],
        ['POST', '/rotate', {}],
        ['GET', ''],
      ] as const)
        assert.equal((await ask(method, `${path}${part}`, body)).status, 200, `${method} ${part}`);
      assert.equal((await ask('GET', '/v1/webhooks')).body.items.length > 0, true);
      for (const report of ['/v1/health', '/v1/stats']) assert.equal((await ask('GET', report)).status, 200, report);
      assert.equal((await ask('POST', `${path}/replay`, { after: 'start' })).status, 200);
      await eventually(() => received.length > 1);
      isGone = true;
      assert.equal((await ask('POST', `${path}/replay`, { after: 'start' })).status, 200);
      await eventually(async () => (await ask('GET', path)).body.status === 'paused');
      assert.equal((await ask('DELETE', path)).status, 200);
    } finally {
      receiver.closeAllConnections();
      receiver.close();
    }
  },
};
