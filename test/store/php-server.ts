import { join } from 'node:path';
import { phpSettingArguments } from './php-settings.ts';
import { programs } from './programs.ts';
import type { WebServer, WebServerOptions } from './web-server.ts';
import { Workspace } from './workspace.ts';

/** Starts PHP's built-in web server: the quickest, but it ends a response only after PHP's shutdown functions. */
export function startPhpServer(options: WebServerOptions): WebServer {
  const workspace = Workspace.current();
  const child = workspace.start(
    programs.php(),
    [
      ...phpSettingArguments(options.settings),
      '-S',
      `127.0.0.1:${options.port}`,
      '-t',
      options.docroot,
      join(import.meta.dirname, 'php', 'router.php'),
    ],
    join(options.folder, 'web.log'),
    {
      env: {
        ...process.env,
        PHP_CLI_SERVER_WORKERS: String(options.workers),
        STORE_PERMALINKS: options.permalinks,
      },
    },
  );
  return { stop: () => workspace.stop(child) };
}
