import type { Permalinks } from './store-options.ts';

/** What a web server has to serve. */
export interface WebServerOptions {
  readonly folder: string;
  readonly docroot: string;
  readonly port: number;
  readonly workers: number;
  readonly permalinks: Permalinks;
  readonly settings: Readonly<Record<string, string>>;
}

/** A started web server. */
export interface WebServer {
  stop(): Promise<void>;
}
