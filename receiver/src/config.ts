import { z } from 'zod';

/** The configuration can't be used; `faults` names all that is wrong, one sentence each. */
export class ConfigInvalid extends Error {
  readonly type = 'config-invalid';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(
      `The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.map((f) => `  - ${f}`).join('\n')}`,
    );
    this.name = 'ConfigInvalid';
    this.faults = faults;
  }
}

/** `16777216`, `16MiB`, `512k`: bytes. */
const bytes = z
  .string()
  .regex(/^\d+\s*([kmg]i?b?)?$/i, 'must be a number of bytes, such as 16777216 or 16MiB')
  .transform((text) => {
    const unit = /[kmg]/i.exec(text)?.[0].toLowerCase() ?? '';
    return Number.parseInt(text, 10) * 1024 ** ' kmg'.indexOf(unit || ' ');
  });

const httpUrl = z
  .url({ protocol: /^https?$/, message: 'must be an http or https address' })
  .transform((url) => url.replace(/\/+$/, ''));

/** `id:base64`, comma-separated; 32 bytes each. The first encrypts. */
const encryptionKeys = z.string().transform((text, context) => {
  const keys = new Map<string, Buffer>();
  for (const part of text.split(',')) {
    const [, id, key] = /^\s*([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/_-]+=*)\s*$/.exec(part) ?? [];
    const raw = Buffer.from(key ?? '', 'base64');
    if (id === undefined || raw.length !== 32 || keys.has(id)) {
      context.issues.push({
        code: 'custom',
        input: '(not shown)',
        message:
          'must be id:base64 pairs of 32 bytes each, comma-separated, every id once; make one with: openssl rand -base64 32',
      });
      return z.NEVER;
    }
    keys.set(id, raw);
  }
  return keys as ReadonlyMap<string, Buffer>;
});

const flag = z
  .enum(['0', '1', 'true', 'false', ''], { message: 'must be 1 or 0' })
  .transform((text) => text === '1' || text === 'true');

const environment = z.object({
  NODE_ENV: z.string().default('development'),
  PORT: z.coerce.number({ message: 'must be a port number' }).int().min(0).max(65535).default(8080),
  HOST: z.string().default('0.0.0.0'),
  PUBLIC_URL: httpUrl.optional(),
  DATABASE_URL: z
    .string()
    .regex(/^sqlite:./, 'must be sqlite:PATH, such as sqlite:./data/receiver.db')
    .default('sqlite:./data/receiver.db'),
  ADMIN_TOKEN: z.string().min(16, 'must have 16 characters or more').optional(),
  ENCRYPTION_KEYS: encryptionKeys.optional(),
  DSTNC_API_URL: httpUrl.optional(),
  DSTNC_API_TOKEN: z.string().min(1).optional(),
  POLL_SECONDS: z.coerce.number({ message: 'must be a number of seconds' }).int().positive().default(60),
  MAX_BODY: bytes.default(16 * 1024 * 1024),
  ALLOW_PRIVATE_STORES: flag.default(false),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

/** What the environment says, checked. */
export interface Config {
  readonly production: boolean;
  readonly port: number;
  readonly host: string;
  /** Where stores reach the receiver; undefined: the address it listens on. */
  readonly publicUrl: string | undefined;
  /** Path of the embedded database's file. */
  readonly databasePath: string;
  /** Undefined: made, and kept beside the database. */
  readonly adminToken: string | undefined;
  readonly encryptionKeys: ReadonlyMap<string, Buffer> | undefined;
  /** Undefined: a sandbox is started inside. */
  readonly dstncUrl: string | undefined;
  readonly dstncToken: string | undefined;
  readonly pollSeconds: number;
  /** Bytes. */
  readonly maxBody: number;
  readonly allowPrivateStores: boolean;
  readonly logLevel: string;
}

/**
 * Reads the configuration from the environment. An empty variable counts as unset, as Compose files leave them.
 *
 * @throws ConfigInvalid naming every fault at once
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const read = environment.safeParse(set);
  const faults = read.success ? [] : read.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  if (set.NODE_ENV === 'production' && set.DSTNC_API_URL === undefined) {
    faults.push('DSTNC_API_URL must be set in production: the built-in sandbox is for trying things out only');
  }
  if (set.DSTNC_API_URL !== undefined && set.DSTNC_API_TOKEN === undefined) {
    faults.push('DSTNC_API_TOKEN must be set together with DSTNC_API_URL');
  }
  if (!read.success || faults.length > 0) throw new ConfigInvalid(faults);
  const { data } = read;
  return {
    production: data.NODE_ENV === 'production',
    port: data.PORT,
    host: data.HOST,
    publicUrl: data.PUBLIC_URL,
    databasePath: data.DATABASE_URL.slice('sqlite:'.length),
    adminToken: data.ADMIN_TOKEN,
    encryptionKeys: data.ENCRYPTION_KEYS,
    dstncUrl: data.DSTNC_API_URL,
    dstncToken: data.DSTNC_API_TOKEN,
    pollSeconds: data.POLL_SECONDS,
    maxBody: data.MAX_BODY,
    allowPrivateStores: data.ALLOW_PRIVATE_STORES,
    logLevel: data.LOG_LEVEL,
  };
}
