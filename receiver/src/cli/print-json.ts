/** Prints a command's answer where `--json` is given. */
export function printJson(value: unknown): void {
  console.log(JSON.stringify(value, null, 2));
}
