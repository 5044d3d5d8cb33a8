import { connect } from 'node:net';

/** Bytes for a connection of their own, and what may come back. */
export interface Shot {
  /** Names its row in the table. */
  readonly kind: string;
  /** Written one after the other. */
  readonly parts: readonly Buffer[];
  /** After the last part: `wait` for the answers, say that nothing follows and wait, or cut the connection. */
  readonly after: 'wait' | 'end' | 'cut';
  /** How many answers must come. 0: the bytes may be so broken that none does. */
  readonly answers: number;
  /** The only statuses that are right. Without: any below 500. */
  readonly allowed?: readonly number[];
  /** The answer may get lost, as the receiver closes before it has read all. */
  readonly mayClose?: boolean;
}

/** What came back. */
export interface Impact {
  /** Final statuses, in their order. */
  readonly statuses: readonly number[];
  /** `answered`: all that were waited for. `hung`: the connection stayed open without them. */
  readonly end: 'answered' | 'closed' | 'cut' | 'hung';
  readonly milliseconds: number;
}

/** The receiver itself gives up on a request after 60 s; what takes longer than this hangs. */
const PATIENCE_MS = 30_000;

/** Sends a shot and takes what comes. Never throws: a connection that breaks is an answer, too. */
export function fire(port: number, shot: Shot): Promise<Impact> {
  return new Promise((resolve) => {
    const began = performance.now();
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    let said = '';
    const statuses = () =>
      [...said.matchAll(/HTTP\/1\.[01] (\d{3}) /g)]
        .map(([, status]) => Number(status))
        .filter((status) => status >= 200);
    const finish = (end: Impact['end']) => {
      clearTimeout(timer);
      resolve({ statuses: statuses(), end, milliseconds: performance.now() - began });
      socket.destroy();
    };
    const timer = setTimeout(() => finish('hung'), PATIENCE_MS);
    const over = () => finish(shot.answers > 0 && statuses().length >= shot.answers ? 'answered' : 'closed');
    socket.on('data', (data) => {
      // Bodies are short problems, which hold no status line.
      said += data.toString('latin1');
      if (shot.answers > 0 && statuses().length >= shot.answers) finish('answered');
    });
    socket.on('end', over);
    socket.on('error', over);
    socket.on('close', over);
    socket.on('connect', () => write(0));

    /** Each part in a turn of its own, so that the receiver may see them apart. */
    function write(index: number): void {
      const part = shot.parts[index];
      if (part !== undefined) socket.write(part, () => setImmediate(write, index + 1));
      else if (shot.after === 'end') socket.end();
      else if (shot.after === 'cut') finish('cut');
    }
  });
}
