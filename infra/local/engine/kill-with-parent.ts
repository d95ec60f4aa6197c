import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Kills the child when this process ends, however it ends. A guard process waits for its standard input to close, which
 * happens even when this process is killed by SIGKILL; then it kills the child. Without `sh`, only the exit handler kills.
 * Neither child nor guard keeps this process alive. Returns a function that ends the guard.
 */
export function killWithParent(child: ChildProcess): () => void {
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const script = 'read -r _; kill -9 "$1" 2>/dev/null';
  const guard = spawn('sh', ['-c', script, 'sh', String(child.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.once('error', () => {});
  guard.stdin.once('error', () => {});
  const release = () => {
    process.removeListener('exit', kill);
    guard.kill('SIGKILL');
  };
  // After the child's end the system may give its process id to another program.
  child.once('exit', release);
  for (const handle of [child, child.stderr, guard, guard.stdin]) unref(handle);
  return release;
}

const unref = (handle: unknown): void => (handle as { unref?: () => void } | null)?.unref?.();
