process.env.TEST_READERS = 'web';
await import('../../../http/caching.test.ts');
