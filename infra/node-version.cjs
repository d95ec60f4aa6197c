// Required before anything else, so that an older Node says what it lacks. Older syntax only.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 2)) {
  console.error(
    `Node ${process.versions.node} is too old: npm has no Node 24 for ${process.platform} on ${process.arch}, ` +
      'so put Node 24.2 or later on the PATH. (Or run "npm ci" again, without --omit=optional.)',
  );
  process.exit(1);
}
