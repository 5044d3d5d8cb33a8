import { z } from 'zod';
import { adminTokens } from './operators/admin-tokens.ts';
import { DEFAULT_ORDER_SETTINGS, type OrderSettings } from './orders/order-settings.ts';

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

/** What a process can be: `ingest` takes what stores, DSTNC and operators send, `worker` reconciles, `poller` walks catalogues. */
const ROLES = ['ingest', 'worker', 'poller'] as const;

/** See {@link ROLES}. */
export type Role = (typeof ROLES)[number];

/** All that a process can be: the default. */
export const everyRole: ReadonlySet<Role> = new Set(ROLES);

/** `all`, or some of them separated by commas. */
const roles = z.string().transform((text, context): ReadonlySet<Role> => {
  if (text.trim() === 'all') return everyRole;
  const named = text.split(',').map((part) => part.trim());
  const known = ROLES.filter((role) => named.includes(role));
  if (known.length === named.length) return new Set(known);
  context.issues.push({ code: 'custom', input: text, message: `must be all, or some of ${ROLES.join(', ')}` });
  return z.NEVER;
});

/** Found here, since whoever stumbles over it later shows the address with its password. */
const NO_ADDRESS =
  "can't be read as an address: characters such as # / ? @ in a password are written as %23 %2F %3F %40, and there must be a host";

const seconds = z.coerce.number({ message: 'must be a number of seconds' }).int().positive();

const environment = z.object({
  NODE_ENV: z.string().default('development'),
  PORT: z.coerce.number({ message: 'must be a port number' }).int().min(0).max(65535).default(8080),
  HOST: z.string().default('0.0.0.0'),
  PUBLIC_URL: httpUrl.optional(),
  DATABASE_URL: z
    .string()
    .regex(
      /^(sqlite:.|postgres(ql)?:\/\/.)/,
      'must be sqlite:PATH, such as sqlite:./data/receiver.db, or postgres://USER:PASSWORD@HOST/DATABASE',
    )
    .refine((text) => !text.startsWith('postgres') || URL.canParse(text), NO_ADDRESS)
    .default('sqlite:./data/receiver.db'),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\/./, 'must be an address such as redis://HOST:6379/0')
    .refine((text) => URL.canParse(text), NO_ADDRESS)
    .optional(),
  ROLE: roles.default(everyRole),
  ADMIN_TOKEN: z
    .string()
    .superRefine((text, context) => {
      const read = adminTokens(text);
      if (!read.ok) context.addIssue({ code: 'custom', input: '(not shown)', message: read.reason });
    })
    .optional(),
  ENCRYPTION_KEYS: encryptionKeys.optional(),
  DSTNC_API_URL: httpUrl.optional(),
  DSTNC_API_TOKEN: z.string().min(1).optional(),
  POLL_SECONDS: seconds.default(60),
  POLL_HEALTHY_SECONDS: seconds.default(300),
  SWEEP_SECONDS: seconds.default(24 * 60 * 60),
  MAX_BODY: bytes.default(16 * 1024 * 1024),
  ORDER_RETENTION_DAYS: z.coerce.number({ message: 'must be a number of days' }).int().min(0).max(3650).default(30),
  ORDER_STATUS: z
    .string()
    .regex(/^[a-z][a-z0-9_-]{0,16}$/, "must be a status of WooCommerce's orders, such as processing")
    .default(DEFAULT_ORDER_SETTINGS.status),
  ORDER_EMAIL_DOMAIN: z
    .string()
    .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i, 'must be the domain of an e-mail address, such as orders.example.com')
    .default(DEFAULT_ORDER_SETTINGS.emailDomain),
  ALLOW_PRIVATE_STORES: flag.default(false),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

/** One of the two supported pairs. */
export type DatabaseConfig =
  /** Embedded, for one process; `path` of the database's file. */
  | { readonly kind: 'sqlite'; readonly path: string }
  /** PostgreSQL, and Redis to wake the processes. */
  | { readonly kind: 'postgres'; readonly url: string; readonly redisUrl: string };

/** In seconds. */
export interface PollingConfig {
  /** Between polls of a store whose webhooks are silent, or that has none. */
  readonly silent: number;
  /** Between polls of one whose webhooks work. */
  readonly healthy: number;
  /** Between sweeps. */
  readonly sweep: number;
}

/** What the environment says, checked. */
export interface Config {
  readonly production: boolean;
  readonly port: number;
  readonly host: string;
  /** Where stores reach the receiver; undefined: the address it listens on. */
  readonly publicUrl: string | undefined;
  readonly database: DatabaseConfig;
  readonly roles: ReadonlySet<Role>;
  /** Undefined: made, and kept beside the database. */
  readonly adminToken: string | undefined;
  readonly encryptionKeys: ReadonlyMap<string, Buffer> | undefined;
  /** Undefined: a sandbox is started inside. */
  readonly dstncUrl: string | undefined;
  readonly dstncToken: string | undefined;
  /** How often stores are asked what changed, and their catalogues compared whole. */
  readonly polling: PollingConfig;
  /** Bytes. */
  readonly maxBody: number;
  readonly allowPrivateStores: boolean;
  readonly orders: OrderSettings;
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
  const postgres = set.DATABASE_URL?.startsWith('postgres') ?? false;
  if (set.DSTNC_API_URL === undefined && (set.NODE_ENV === 'production' || postgres)) {
    const where = postgres ? 'with PostgreSQL' : 'in production';
    faults.push(`DSTNC_API_URL must be set ${where}: the built-in sandbox is for trying things out only`);
  }
  if (postgres) {
    // Several processes must agree on them, and no folder is theirs together.
    for (const name of ['ADMIN_TOKEN', 'ENCRYPTION_KEYS'] as const) {
      if (set[name] === undefined) faults.push(`${name} must be set with PostgreSQL, to the same in every process`);
    }
    if (set.REDIS_URL === undefined) {
      faults.push('REDIS_URL must be set with PostgreSQL: Redis wakes the processes that share the work');
    }
  } else {
    if (set.REDIS_URL !== undefined) {
      faults.push('REDIS_URL is for PostgreSQL: leave it out, or set DATABASE_URL=postgres://…');
    }
    if (read.success && read.data.ROLE.size < everyRole.size) {
      faults.push('ROLE must be all with SQLite, which one process alone uses: several need DATABASE_URL=postgres://…');
    }
  }
  if (set.NODE_ENV === 'production' && read.data?.ALLOW_PRIVATE_STORES === true) {
    faults.push(
      "ALLOW_PRIVATE_STORES must not be set in production: whoever has a connection code could make the receiver call its own network's machines",
    );
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
    database: postgres
      ? { kind: 'postgres', url: data.DATABASE_URL, redisUrl: data.REDIS_URL ?? '' }
      : { kind: 'sqlite', path: data.DATABASE_URL.slice('sqlite:'.length) },
    roles: data.ROLE,
    adminToken: data.ADMIN_TOKEN,
    encryptionKeys: data.ENCRYPTION_KEYS,
    dstncUrl: data.DSTNC_API_URL,
    dstncToken: data.DSTNC_API_TOKEN,
    polling: { silent: data.POLL_SECONDS, healthy: data.POLL_HEALTHY_SECONDS, sweep: data.SWEEP_SECONDS },
    maxBody: data.MAX_BODY,
    allowPrivateStores: data.ALLOW_PRIVATE_STORES,
    orders: {
      status: data.ORDER_STATUS,
      emailDomain: data.ORDER_EMAIL_DOMAIN,
      retentionMs: data.ORDER_RETENTION_DAYS * 86_400_000,
    },
    logLevel: data.LOG_LEVEL,
  };
}
