/**
 * Waits for a condition, looking again every few milliseconds.
 *
 * @param options.what named in the error: "nothing to be dirty"
 * @throws Error when the time is over
 */
export async function poll(
  condition: () => Promise<boolean>,
  { timeoutMs, what, everyMs = 10 }: { timeoutMs: number; what: string; everyMs?: number },
): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited ${timeoutMs / 1000} s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
