import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join, matchesGlob, relative } from 'node:path';
import { runProgram } from '../store/run-program.ts';

const repository = join(import.meta.dirname, '../..');

/** A stage of receiver/Dockerfile: what its lines say, and those of the stage that it begins with. */
interface Stage {
  readonly from: string;
  readonly lines: readonly string[];
}

/** What a stage starts, and how its health is asked for; as arguments. */
export interface BuiltStage {
  readonly start: readonly string[];
  readonly healthcheck: readonly string[];
}

/**
 * Builds a stage of receiver/Dockerfile into a folder as an engine would, as far as Node is concerned: copies what it copies, without what
 * .dockerignore leaves out, and runs its `npm ci`. Base images, users and permissions are not tried.
 */
export async function buildStage(name: string, folder: string): Promise<BuiltStage> {
  const stages = readStages();
  const stage = stages.get(name);
  const [, source] = /^COPY --from=(\S+) \/app \/app$/m.exec(stage?.lines.join('\n') ?? '') ?? [];
  if (stage === undefined || source === undefined) throw new Error(`the Dockerfile makes no ${name} of another stage`);
  for (const line of linesOf(stages, source)) {
    const [, copied] = /^COPY (.+)$/.exec(line) ?? [];
    const [, run] = /^RUN (npm .+)$/.exec(line) ?? [];
    if (copied !== undefined) copy(copied.split(' '), folder);
    // The registry is asked for nothing that an installation before has brought.
    if (run !== undefined) await runProgram('sh', ['-c', `cd "$1" && ${run} --prefer-offline`, 'sh', folder]);
  }
  const json = (instruction: RegExp) => {
    const line = stage.lines.find((text) => instruction.test(text));
    return line === undefined ? [] : (JSON.parse(line.replace(/^[^[]*/, '')) as string[]);
  };
  return {
    start: [...json(/^ENTRYPOINT /), ...json(/^CMD /)],
    healthcheck: json(/^HEALTHCHECK /),
  };
}

function readStages(): Map<string, Stage> {
  const text = readFileSync(join(repository, 'receiver/Dockerfile'), 'utf8').replace(/\\\n\s*/g, '');
  const stages = new Map<string, Stage>();
  for (const part of text.split(/^FROM /m).slice(1)) {
    const [head = '', ...lines] = part.split('\n');
    const [from = '', , name = ''] = head.split(' ');
    stages.set(name, { from, lines });
  }
  return stages;
}

function linesOf(stages: ReadonlyMap<string, Stage>, name: string): readonly string[] {
  const stage = stages.get(name);
  return stage === undefined ? [] : [...linesOf(stages, stage.from), ...stage.lines];
}

/** `COPY a b folder/`, `COPY folder folder`. */
function copy(words: readonly string[], folder: string): void {
  const into = words.at(-1) ?? '';
  for (const word of words.slice(0, -1)) {
    const from = join(repository, word);
    if (!existsSync(from)) throw new Error(`the Dockerfile copies ${word}, which is not there`);
    const to = into.endsWith('/') ? join(folder, into, basename(word)) : join(folder, into);
    mkdirSync(join(to, '..'), { recursive: true });
    cpSync(from, to, { recursive: true, filter: (path) => !ignored(relative(repository, path)) });
  }
}

/** By .dockerignore, whose last matching line decides; a line about a folder is about all that is in it. */
function ignored(path: string): boolean {
  const lines = readFileSync(join(repository, '.dockerignore'), 'utf8').split('\n');
  let out = false;
  for (const line of lines.filter((text) => text !== '' && !text.startsWith('#'))) {
    const pattern = line.replace(/^!/, '');
    const here = matchesGlob(path, pattern) || matchesGlob(path, `${pattern}/**`);
    // A folder that holds something that is wanted is gone through.
    const above = line.startsWith('!') && pattern.startsWith(`${path}/`);
    if (here || above) out = !line.startsWith('!');
  }
  return out;
}
