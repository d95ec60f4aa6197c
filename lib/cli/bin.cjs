#!/usr/bin/env node
// Runs on any Node, so older syntax only. In a clone the sources run on the Node of the lock file, wherever this is called from; an
// installed package has one built file instead.
const { spawn } = require('node:child_process');
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

const source = join(__dirname, 'main.ts');
const [major, minor] = process.versions.node.split('.').map(Number);
const runsTypes = major > 24 || (major === 24 && minor >= 2);

if (!existsSync(source)) import(pathToFileURL(join(__dirname, '../../dist/cli/main.js')).href);
else if (runsTypes) import(pathToFileURL(source).href);
else runOn(lockedNode());

function lockedNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  try {
    const folder = require.resolve(`node-${platform}-${process.arch}/package.json`);
    return join(folder, '../bin', platform === 'win' ? 'node.exe' : 'node');
  } catch {
    // Says what is missing, and ends.
    require('../../infra/node-version.cjs');
  }
}

function runOn(node) {
  const child = spawn(node, [source, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code === null ? (signal === 'SIGINT' ? 130 : 2) : code));
  child.on('error', (error) => {
    console.error(`${node} cannot be run: ${error.message}`);
    process.exit(2);
  });
}
