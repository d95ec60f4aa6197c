import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A key and a certificate for the name, and for addresses, that no authority has signed, both PEM. */
export function certificateFor(
  name: string,
  addresses: readonly string[] = [],
): { readonly key: string; readonly cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  const file = (part: string) => join(folder, part);
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = [`DNS:${name}`, ...addresses.map((address) => `IP:${address}`)];
  const named = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${names.join(',')}`];
  try {
    execFileSync('openssl', [...made, ...named, '-keyout', file('key'), '-out', file('cert')], { stdio: 'ignore' });
    return { key: readFileSync(file('key'), 'utf8'), cert: readFileSync(file('cert'), 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
