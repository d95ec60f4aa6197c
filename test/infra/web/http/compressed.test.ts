process.env.TEST_READERS = 'web';
await import('../../../http/compressed.test.ts');
