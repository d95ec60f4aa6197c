process.env.TEST_READERS = 'web';
await import('../../../http/past.test.ts');
