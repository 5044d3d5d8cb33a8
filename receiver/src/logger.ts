import { type DestinationStream, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

/** Names under which secrets or shoppers' data could end up in a log line by mistake. */
const NEVER_LOGGED = [
  'authorization',
  'consumerKey',
  'consumerSecret',
  'webhookSecret',
  'webhookSecrets',
  'credentials',
  'token',
  'billing',
  'shipping',
];

/** JSON lines, or readable ones on a terminal. */
export function createLogger(level: string, stream: NodeJS.WriteStream = process.stdout): Logger {
  const paths = NEVER_LOGGED.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*.headers.${name}`]);
  const options = { level, base: null, redact: { paths, censor: '(not logged)' } };
  const destination: DestinationStream = stream.isTTY
    ? pretty({ colorize: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss', destination: stream })
    : stream;
  return pino(options, destination);
}
