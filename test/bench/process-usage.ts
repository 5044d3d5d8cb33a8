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
  // The second field is the program's name in brackets, which may hold spaces.
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  const megabytes = (name: string) =>
    (Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024) / 1e6;
  return {
    cpuSeconds: (Number(stat[11]) + Number(stat[12])) / TICKS,
    residentMb: megabytes('VmRSS'),
    peakMb: megabytes('VmHWM'),
  };
}
