process.env.TEST_READERS = 'web';
await import('../../../http/transport-security.test.ts');
