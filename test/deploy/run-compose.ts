import { copyFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../store/find-program.ts';
import { runProgram } from '../store/run-program.ts';

const repository = join(import.meta.dirname, '../..');

/** Where docker-compose is. @throws StoreUnavailable that names the Debian package */
export function dockerCompose(): string {
  return findProgram(['docker-compose'], 'docker-compose');
}

/** A service as docker-compose understood it: its part of the output, and its environment read. */
export interface ComposeService {
  readonly text: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * What `docker-compose config` makes of the repository's files, service by service.
 *
 * @param dotenv contents of an .env; undefined: there is none
 * @throws Error with what docker-compose has against them
 */
export async function composeConfig(dotenv?: string): Promise<ReadonlyMap<string, ComposeService>> {
  const folder = mkdtempSync(join(tmpdir(), 'dstnc-compose-'));
  try {
    // A copy, for the repository may have an .env of its own.
    copyFileSync(join(repository, 'docker-compose.yml'), join(folder, 'docker-compose.yml'));
    cpSync(join(repository, 'deploy'), join(folder, 'deploy'), { recursive: true });
    if (dotenv !== undefined) writeFileSync(join(folder, '.env'), dotenv);
    // Nothing of this process's environment, which would go before the .env.
    const bare = ['-i', '-C', folder, `PATH=${process.env.PATH}`, `HOME=${folder}`];
    // The folder stands in all of its paths.
    const text = (await runProgram('env', [...bare, dockerCompose(), 'config'])).replaceAll(folder, '.');
    const services = /^services:\n((?: .*\n)+)/m.exec(text)?.[1] ?? '';
    return new Map(
      services
        .split(/^(?= {2}\w)/m)
        .map((part) => [/^ {2}(\w+):/.exec(part)?.[1] ?? '', { text: part, environment: environmentOf(part) }]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function environmentOf(service: string): Record<string, string> {
  const lines = /^ {4}environment:\n((?: {6}.*\n)+)/m.exec(service)?.[1] ?? '';
  return Object.fromEntries(
    [...lines.matchAll(/^ {6}(\w+): '?(.*?)'?$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
}
