process.env.TEST_READERS = 'web';
await import('../../../http/chain-read-limits.test.ts');
