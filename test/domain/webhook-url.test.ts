import { describe, expect, test } from '@jest/globals';
import { webhookUrlProblem } from '../../lib/domain/webhook-url.ts';

const strict = { ports: [443], allowPrivate: false };
const unless = 'unless ASTAKE_WEBHOOK_ALLOW_PRIVATE is on';
const inside = `must name a host of the public internet, ${unless}`;

describe('the URL of a webhook is refused (rule HOOK-4)', () => {
  test.each([
    ['hooks.example/new', 'must be a URL'],
    ['', 'must be a URL'],
    ['http://hooks.example/', `must begin with https://, ${unless}`],
    ['ftp://hooks.example/', `must begin with https://, ${unless}`],
    ['file:///etc/passwd', `must begin with https://, ${unless}`],
    ['https://me:secret@hooks.example/', 'must not contain a name or a password'],
    ['https://hooks.example/#part', 'must not have a fragment'],
    ['https://hooks.example:8443/', `must use the port 443, ${unless}`],
    ['https://hooks.example:22/', `must use the port 443, ${unless}`],
    [`https://hooks.example/${'a'.repeat(2_048)}`, 'must be at most 2048 characters'],
    ['https://localhost/', inside],
    ['https://LOCALHOST./', inside],
    ['https://api.localhost/', inside],
    ['https://127.0.0.1/', inside],
    ['https://127.1/', inside],
    ['https://2130706433/', inside],
    ['https://0x7f000001/', inside],
    ['https://0x7f.1/', inside],
    ['https://0177.0.0.1/', inside],
    ['https://017700000001/', inside],
    ['https://0/', inside],
    ['https://%31%32%37.0.0.1/', inside],
    ['https://①②⑦.0.0.1/', inside],
    ['https://127。0。0。1/', inside],
    ['https://169.254.169.254/latest/meta-data/', inside],
    ['https://0xa9fea9fe/', inside],
    ['https://[::1]/', inside],
    ['https://[::]/', inside],
    ['https://[::ffff:127.0.0.1]/', inside],
    ['https://[::ffff:a9fe:a9fe]/', inside],
    ['https://[fd00:ec2::254]/', inside],
    ['https://[fe80::1%25lo]/', 'must be a URL'],
  ])('%s', (url, problem) => {
    expect(webhookUrlProblem(url, strict)).toBe(problem);
  });
});

describe('the URL of a webhook is allowed', () => {
  test.each([
    'https://hooks.example',
    'https://hooks.example:443/a/b?c=d',
    'https://8.8.8.8/',
    'https://[2606:4700::1]/',
  ])('%s', (url) => {
    expect(webhookUrlProblem(url, strict)).toBeUndefined();
  });

  test('on another port that is configured', () => {
    const rules = { ports: [443, 8443], allowPrivate: false };
    expect(webhookUrlProblem('https://hooks.example:8443/', rules)).toBeUndefined();
    expect(webhookUrlProblem('https://hooks.example:8444/', rules)).toBe(`must use the port 443 or 8443, ${unless}`);
  });

  test.each(['http://localhost:3000/', 'http://127.0.0.1:80/', 'https://10.0.0.1/'])(
    'in a local run that allows private addresses: %s',
    (url) => {
      expect(webhookUrlProblem(url, { ports: [443], allowPrivate: true })).toBeUndefined();
    },
  );
});
