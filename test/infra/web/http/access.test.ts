process.env.TEST_READERS = 'web';
await import('../../../http/access.test.ts');
