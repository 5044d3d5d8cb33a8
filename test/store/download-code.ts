import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Presets, SingleBar } from 'cli-progress';
import { Agent, request } from 'undici';
import { programs } from './programs.ts';
import { runProgram } from './run-program.ts';
import { type CachedCode, isCached, storeCache } from './store-cache.ts';
import { StoreUnavailable } from './store-unavailable.ts';

/** Unpacks by PHP, which is needed anyway, where an `unzip` may not be installed. */
const unzip = '$z=new ZipArchive;exit($z->open($argv[1])===true&&$z->extractTo($argv[2])?0:1);';

/**
 * Puts the code into the cache, with a progress bar on a terminal, unless it is there already.
 * @throws StoreUnavailable where it is missing and can't be had; no request is made with STORE_OFFLINE=1
 */
export async function downloadCode(code: CachedCode): Promise<void> {
  if (isCached(code)) return;
  if (process.env.STORE_OFFLINE === '1') throw missing(code, 'STORE_OFFLINE is set');

  await mkdir(storeCache(), { recursive: true });
  const part = await mkdtemp(join(storeCache(), '.part-'));
  try {
    const archive = join(part, 'archive');
    await save(code, archive);
    if (code.url.endsWith('.zip')) await runProgram(programs.php(), ['-r', unzip, archive, part]);
    else await runProgram('tar', ['-xzf', archive, '-C', part]);
    // The archives of wordpress.org hold one folder, named after what is in it. Renamed at the end: the cache never holds
    // half an archive.
    await rename(join(part, code.url.endsWith('.zip') ? 'woocommerce' : 'wordpress'), code.folder);
  } catch (error) {
    if (isCached(code)) return;
    throw missing(code, `${code.url} can't be had: ${error instanceof Error ? describe(error) : String(error)}`);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

function describe(error: Error): string {
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

function missing(code: CachedCode, why: string): StoreUnavailable {
  return new StoreUnavailable(
    `${code.what} is not in ${storeCache()}, and ${why}. Unpack it as ${code.folder} (with ${code.marker} directly in it).`,
  );
}

async function save(code: CachedCode, file: string): Promise<void> {
  // A machine without a way out should say so soon, not after the minutes of a connect time-out.
  const dispatcher = new Agent({ connect: { timeout: 3_000 }, headersTimeout: 15_000 });
  const bar = new SingleBar(
    { format: `${code.what} {bar} {percentage}%`, stream: process.stderr, noTTYOutput: false, hideCursor: true },
    Presets.shades_classic,
  );
  try {
    const answer = await request(code.url, { dispatcher, headers: { 'user-agent': 'dstnc-store' } });
    if (answer.statusCode !== 200) throw new Error(`it answers ${answer.statusCode}`);
    bar.start(Number(answer.headers['content-length'] ?? 0), 0);
    const count = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        bar.increment(chunk.length);
        done(null, chunk);
      },
    });
    await pipeline(Readable.from(answer.body), count, createWriteStream(file));
  } finally {
    bar.stop();
    await dispatcher.close();
  }
}
