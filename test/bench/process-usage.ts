import { readFileSync } from 'node:fs';

/** See {@link processUsage}. */
export interface ProcessUsage {
  /** CPU time since it started, user and system, in seconds. */
  readonly cpuSeconds: number;
  /** Resident memory now, and the most that it ever was, in MB (10^6 bytes). */
  readonly residentMb: number;
  readonly peakMb: number;
}

/** Ticks in a second, as Linux tells times to programs on every architecture that Node runs on. */
const TICKS = 100;

/** What another process uses, as Linux accounts for it. */
export function processUsage(pid: number): ProcessUsage {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const stat = statOf(pid);
  const megabytes = (name: string) =>
    (Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024) / 1e6;
  return {
    cpuSeconds: (Number(stat[11]) + Number(stat[12])) / TICKS,
    residentMb: megabytes('VmRSS'),
    peakMb: megabytes('VmHWM'),
  };
}

/** What a process uses together with those that it made, such as a PostgreSQL server with its connections'. */
export function familyUsage(pid: number): Omit<ProcessUsage, 'peakMb'> {
  let [ticks, kilobytes] = [0, 0];
  for (const one of [pid, ...childrenOf(pid)]) {
    try {
      const stat = statOf(one);
      ticks += Number(stat[11]) + Number(stat[12]);
      // What its children used that have ended.
      if (one === pid) ticks += Number(stat[13]) + Number(stat[14]);
      // Each one's share of what they have in common: a database's buffers count once.
      kilobytes += Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${one}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      // It ended meanwhile.
    }
  }
  return { cpuSeconds: ticks / TICKS, residentMb: (kilobytes * 1024) / 1e6 };
}

/** CPU time of the whole machine since it started, idle time left out, in seconds. */
export function machineCpuSeconds(): number {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n', 1);
  const [user = 0, nice = 0, system = 0, , , interrupts = 0, soft = 0, stolen = 0] = line
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + interrupts + soft + stolen) / TICKS;
}

/** The process that made another one. */
export function parentOf(pid: number): number {
  return Number(statOf(pid)[1]);
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

/** The fields of /proc/PID/stat from the third on: the second is the program's name in brackets, which may hold spaces. */
function statOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
}
