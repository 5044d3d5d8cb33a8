import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { poll } from '../rig/poll.ts';
import { freePort } from '../store/free-port.ts';
import { buildStage } from './build-stage.ts';

let folder: string;
let child: ChildProcess | undefined;
let output: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dstnc-image-'));
  output = '';
});

afterEach(async () => {
  if (child !== undefined && child.exitCode === null) {
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child.kill();
    await ended;
  }
  child = undefined;
  rmSync(folder, { recursive: true });
});

/** Runs what an image runs, with this Node, in the folder. */
function run(command: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  expect(command[0]).toBe('node');
  const started = spawn(process.execPath, command.slice(1), { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [started.stdout, started.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return started;
}

const isUp = (url: string) => async () => {
  if (child?.exitCode !== null) throw new Error(`it ended: ${output}`);
  return fetch(url).then(
    ({ status }) => status === 200,
    () => false,
  );
};

describe('the images, built without an engine', () => {
  test('the receiver starts from production dependencies alone, and is ready and healthy', {
    timeout: 180_000,
  }, async () => {
    const { start, healthcheck } = await buildStage('receiver', folder);
    for (const name of ['node', 'typescript', 'vitest']) {
      expect(existsSync(join(folder, 'node_modules', name)), name).toBe(false);
    }
    // Node runs no TypeScript that lies in node_modules.
    expect(lstatSync(join(folder, 'node_modules/@dstnc/shared')).isSymbolicLink()).toBe(true);
    const tests = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.endsWith('.test.ts') && !path.startsWith('node_modules'),
    );
    expect(tests).toEqual([]);

    const port = await freePort();
    const env = {
      NODE_ENV: 'development',
      HOST: '127.0.0.1',
      PORT: String(port),
      DATABASE_URL: 'sqlite:./data/receiver.db',
      DSTNC_API_URL: 'http://127.0.0.1:9',
      DSTNC_API_TOKEN: 'not-asked-for',
    };
    child = run(start, env);
    const url = `http://127.0.0.1:${port}/readyz`;
    await poll(isUp(url), { timeoutMs: 30_000, what: 'the receiver to be ready' });
    const health = (environment: Readonly<Record<string, string>>) => {
      const check = run(healthcheck, environment);
      return new Promise((resolve) => check.once('exit', resolve));
    };
    expect(await health(env)).toBe(0);
    expect(await health({ ...env, PORT: String(await freePort()) })).toBe(1);
  });

  test('the sandbox starts', { timeout: 180_000 }, async () => {
    const { start } = await buildStage('sandbox', folder);
    const port = await freePort();
    child = run([...start, '--port', String(port), '--token', 'token'], {});
    await poll(isUp(`http://127.0.0.1:${port}/sandbox/calls`), { timeoutMs: 30_000, what: 'the sandbox to answer' });
  });
});
