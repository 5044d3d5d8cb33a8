import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { programs } from './programs.ts';
import { until } from './until.ts';
import type { WebServer, WebServerOptions } from './web-server.ts';
import { Workspace } from './workspace.ts';

/** Starts PHP-FPM behind nginx, as hosts run WordPress; `fastcgi_finish_request` works here. */
export async function startFpmServer(options: WebServerOptions): Promise<WebServer> {
  const { folder } = options;
  const workspace = Workspace.current();
  const root = process.getuid?.() === 0;
  const socket = join(folder, 'fpm.sock');
  const temporary = join(folder, 'nginx');
  await mkdir(temporary, { recursive: true });
  await writeFile(join(folder, 'fpm.conf'), fpmConfig(options, socket, root));
  await writeFile(join(folder, 'nginx.conf'), nginxConfig(options, socket, root));

  const fpm = workspace.start(
    programs.phpFpm(),
    ['--nodaemonize', '--fpm-config', join(folder, 'fpm.conf'), ...(root ? ['--allow-to-run-as-root'] : [])],
    join(folder, 'fpm.log'),
  );
  await until('PHP-FPM to listen', async () => existsSync(socket) || fpm.exitCode !== null);
  const nginx = workspace.start(
    programs.nginx(),
    ['-e', join(folder, 'web.log'), '-p', folder, '-c', join(folder, 'nginx.conf')],
    join(folder, 'web.log'),
  );
  return {
    async stop() {
      await workspace.stop(nginx);
      await workspace.stop(fpm);
    },
  };
}

function fpmConfig({ folder, workers, settings }: WebServerOptions, socket: string, root: boolean): string {
  return [
    '[global]',
    `error_log = ${join(folder, 'fpm.log')}`,
    `pid = ${join(folder, 'fpm.pid')}`,
    '[www]',
    `listen = ${socket}`,
    ...(root ? ['user = root', 'group = root'] : []),
    'pm = static',
    `pm.max_children = ${workers}`,
    'clear_env = no',
    'catch_workers_output = yes',
    ...Object.entries(settings).map(([name, value]) => `php_admin_value[${name}] = ${value}`),
    '',
  ].join('\n');
}

function nginxConfig(options: WebServerOptions, socket: string, root: boolean): string {
  const temporary = join(options.folder, 'nginx');
  const fallback = options.permalinks === 'pretty' ? '/index.php?$args' : '=404';
  return `${root ? 'user root;' : ''}
worker_processes 1;
daemon off;
pid ${join(options.folder, 'nginx.pid')};
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path ${temporary}/body;
  proxy_temp_path ${temporary}/proxy;
  fastcgi_temp_path ${temporary}/fastcgi;
  uwsgi_temp_path ${temporary}/uwsgi;
  scgi_temp_path ${temporary}/scgi;
  client_max_body_size 64m;
  types {
    text/html html; text/css css; application/javascript js mjs; application/json json; image/svg+xml svg;
    image/png png; image/jpeg jpg jpeg; image/gif gif; image/webp webp; font/woff2 woff2; font/woff woff;
  }
  default_type application/octet-stream;
  server {
    listen 127.0.0.1:${options.port};
    root ${options.docroot};
    index index.php index.html;
    location / { try_files $uri $uri/ ${fallback}; }
    location ~ ^(.+\\.php)(/.*)?$ {
      fastcgi_split_path_info ^(.+\\.php)(/.*)$;
      try_files $fastcgi_script_name =404;
      fastcgi_pass unix:${socket};
      fastcgi_read_timeout 300;
      fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
      fastcgi_param SCRIPT_NAME $fastcgi_script_name;
      fastcgi_param PATH_INFO $fastcgi_path_info;
      fastcgi_param DOCUMENT_ROOT $document_root;
      fastcgi_param DOCUMENT_URI $document_uri;
      fastcgi_param REQUEST_URI $request_uri;
      fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param QUERY_STRING $query_string;
      fastcgi_param CONTENT_TYPE $content_type;
      fastcgi_param CONTENT_LENGTH $content_length;
      fastcgi_param SERVER_PROTOCOL $server_protocol;
      fastcgi_param SERVER_SOFTWARE nginx;
      fastcgi_param GATEWAY_INTERFACE CGI/1.1;
      fastcgi_param REMOTE_ADDR $remote_addr;
      fastcgi_param REMOTE_PORT $remote_port;
      fastcgi_param SERVER_ADDR $server_addr;
      fastcgi_param SERVER_PORT $server_port;
      fastcgi_param SERVER_NAME $host;
      fastcgi_param REDIRECT_STATUS 200;
    }
  }
}
`;
}
