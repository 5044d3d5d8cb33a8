import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** Where a program reads from and writes to, its environment (added to this process's), and where and as whom it runs. */
export interface RunOptions {
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly inputFile?: string;
  readonly outputFile?: string;
}

/**
 * Runs a program to its end and gives its output.
 * @throws Error with what it wrote to its error output, where it doesn't end with 0
 */
export async function runProgram(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { env, inputFile: _, outputFile: __, ...as } = options;
  const child = spawn(command, args, { ...as, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  let errors = '';
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'nothing'));
  });
  // A program that ends early closes its input; its exit code and error output tell more than the broken pipe.
  const fed = options.inputFile
    ? pipeline(createReadStream(options.inputFile), child.stdin).catch(() => undefined)
    : Promise.resolve(child.stdin.end());
  const read = options.outputFile
    ? pipeline(child.stdout, createWriteStream(options.outputFile))
    : Promise.resolve(
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          output += text;
        }),
      );
  const [code] = await Promise.all([ended, fed, read]);
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${(errors || output).trim().slice(-2000)}`);
  return output;
}
