process.env.TEST_READERS = 'web';
await import('../../../http/bad-input.test.ts');
