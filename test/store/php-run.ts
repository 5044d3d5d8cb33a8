import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { phpLogFile, phpSettingArguments, phpSettings } from './php-settings.ts';
import { programs } from './programs.ts';
import { runProgram } from './run-program.ts';

/** Where the docroot has `php/run.php`. */
export const serverRunScript = 'store-harness-run.php';

/** PHP to run inside a store's WordPress. */
export interface PhpRun {
  /** PHP statements without `<?php`, or a file. */
  readonly code: { readonly text: string } | { readonly file: string };
  readonly args?: unknown;
  readonly user?: number;
  /** WordPress has no tables yet. */
  readonly installing?: boolean;
  /** A process of its own, or a request to the store's web server, which has all code compiled already. */
  readonly where?: 'process' | 'server';
}

/** What it runs in. */
export interface PhpRunnerOptions {
  readonly folder: string;
  readonly docroot: string;
  readonly home: string;
  readonly debug: boolean;
  readonly secret: string;
}

/** A function that runs PHP inside the store's WordPress, shutdown hooks included, and gives what the code returns. */
export function phpRunner(options: PhpRunnerOptions): (run: PhpRun) => Promise<unknown> {
  const { folder, docroot, home } = options;
  return async ({ code, args, user = 1, installing = false, where = 'process' }) => {
    const scratch = await mkdtemp(join(folder, 'run-'));
    try {
      const codeFile = 'file' in code ? code.file : join(scratch, 'code.php');
      if ('text' in code) await writeFile(codeFile, `<?php\n${code.text}\n`);
      const result = join(scratch, 'result.json');
      const host = new URL(home).host;
      const run = JSON.stringify({ docroot, host, code: codeFile, result, args: args ?? null, user, installing });
      const output = where === 'server' ? await runInServer(run, options) : await runInProcess(run, options);
      const text = await readFile(result, 'utf8').catch(async () => {
        const log = await readFile(phpLogFile(folder), 'utf8').catch(() => '');
        throw new Error(`PHP ended without a result.\n${output.slice(-2000)}\n${log.slice(-2000)}`);
      });
      const answer = JSON.parse(text) as { value?: unknown; error?: string };
      if (answer.error !== undefined) throw new Error(`PHP: ${answer.error}`);
      return answer.value;
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  };
}

function runInProcess(run: string, { folder, debug }: PhpRunnerOptions): Promise<string> {
  const script = join(import.meta.dirname, 'php', 'run.php');
  return runProgram(programs.php(), [...phpSettingArguments(phpSettings({ folder, debug, server: false })), script], {
    env: { STORE_RUN: run },
  });
}

async function runInServer(run: string, { home, secret }: PhpRunnerOptions): Promise<string> {
  const answer = await fetch(`${home}/${serverRunScript}`, {
    method: 'POST',
    headers: { 'x-store-harness': secret },
    body: run,
  });
  return `${answer.status} ${await answer.text()}`;
}
