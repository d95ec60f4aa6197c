process.env.TEST_READERS = 'web';
await import('../../../http/principals.test.ts');
