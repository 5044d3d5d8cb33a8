#!/usr/bin/env node
// Starts the TypeScript sources on a Node that can run them. npm scripts do that by themselves, as the project pins Node 24; called
// in any other way, an older Node would only say "Unknown file extension".
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
// V8 gives garbage room by the machine's memory, not by what the program holds: hundreds of MB around 30 that are live. The room for
// new objects is fixed when a process starts, so that only its arguments can bound it; what a burst of deliveries needs fits in.
const options = ['--max-semi-space-size=16', '--heap-growing-percent=50'];
const [major] = process.versions.node.split('.').map(Number);
if (major >= 24 && process.platform === 'win32') {
  await import(main);
} else if (major >= 24) {
  // The same process with these arguments: its id stays, and signals reach it.
  process.execve(process.execPath, [process.execPath, ...process.execArgv, ...options, main, ...process.argv.slice(2)]);
} else {
  const pinned = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url));
  if (!existsSync(pinned)) {
    console.error(
      `This needs Node 24; ${process.version} is too old. Run "npm ci" (without --ignore-scripts), which brings one.`,
    );
    process.exit(1);
  }
  const child = spawn(pinned, [...options, main, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
}
