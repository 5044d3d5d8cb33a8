import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../store/free-port.ts';
import { programs } from '../store/programs.ts';
import { until } from '../store/until.ts';
import { Workspace } from '../store/workspace.ts';
import { type NameServer, startNameServer } from './name-server.ts';

/** The real nginx with deploy/nginx.conf. */
export interface RunningProxy {
  readonly url: string;
  /** On which receivers are expected, at each of the addresses that `names` tells. */
  readonly receiverPort: number;
  readonly names: NameServer;
  /** All that it has logged. */
  log(): string;
  stop(): Promise<void>;
}

/**
 * Starts it on free ports of this machine. Nothing else in its configuration is changed than who is asked for names, ports, and where files go.
 *
 * @throws StoreUnavailable where nginx isn't installed
 */
export async function startProxy(receivers: readonly string[]): Promise<RunningProxy> {
  const workspace = Workspace.current();
  const folder = mkdtempSync(join(workspace.folder, 'proxy-'));
  const names = await startNameServer(receivers);
  const [port, receiverPort] = [await freePort(), await freePort()];
  const log = join(folder, 'nginx.log');
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => {
    mkdirSync(join(folder, kind));
    return `${kind}_temp_path ${join(folder, kind)};`;
  });
  // The workers of a root's nginx would be another user, who can't read the folder.
  const user = process.getuid?.() === 0 ? 'user root;\n' : '';
  const changes: readonly (readonly [string, string])[] = [
    ['http {', `http {\n  ${places.join('\n  ')}`],
    ['resolver 127.0.0.11 ', `resolver 127.0.0.1:${names.port} `],
    ['listen 8080;', `listen 127.0.0.1:${port};`],
    ['http://receiver:8080;', `http://receiver:${receiverPort};`],
    ['pid /tmp/nginx.pid;', `pid ${join(folder, 'nginx.pid')};`],
    ['/dev/stderr', log],
    ['/dev/stdout', log],
  ];
  const config = changes.reduce(
    (text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`deploy/nginx.conf has no "${from}"`);
      return text.replace(from, to);
    },
    `daemon off;\n${user}${readFileSync(join(import.meta.dirname, '../../deploy/nginx.conf'), 'utf8')}`,
  );
  writeFileSync(join(folder, 'nginx.conf'), config);

  const nginx = workspace.start(
    programs.nginx(),
    ['-e', log, '-p', folder, '-c', join(folder, 'nginx.conf')],
    join(folder, 'start.log'),
  );
  const url = `http://127.0.0.1:${port}`;
  await until('nginx to listen', async () => {
    if (nginx.exitCode !== null) throw new Error(readFileSync(log, 'utf8'));
    // Without a receiver it answers 502.
    return fetch(url).then(() => true);
  });
  return {
    url,
    receiverPort,
    names,
    log: () => readFileSync(log, 'utf8'),
    async stop() {
      await workspace.stop(nginx);
      await names.stop();
    },
  };
}
