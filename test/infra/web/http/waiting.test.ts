process.env.TEST_READERS = 'web';
await import('../../../http/waiting.test.ts');
