import { readFile } from 'node:fs/promises';
import { type RecordedLine, type Recording, recordedLine } from './recording.ts';

/**
 * Reads a recording's file.
 * @throws Error that names the file and the line, where one is not as `recording.ts` says
 */
export async function readRecording(path: string): Promise<Recording> {
  const text = await readFile(path, 'utf8');
  const lines = text
    .split('\n')
    .filter(Boolean)
    .map((line, index) => parseLine(line, `${path}:${index + 1}`));
  const [manifest] = lines;
  const end = lines.at(-1);
  if (manifest?.kind !== 'manifest' || end?.kind !== 'end') {
    throw new Error(`${path}: a recording begins with its manifest and ends with its end.`);
  }
  return {
    manifest,
    steps: lines.filter((line) => line.kind === 'step'),
    deliveries: lines.filter((line) => line.kind === 'delivery'),
    end,
  };
}

function parseLine(line: string, where: string): RecordedLine {
  try {
    return recordedLine.parse(JSON.parse(line));
  } catch (error) {
    throw new Error(`${where} is no line of a recording: ${error instanceof Error ? error.message : error}`);
  }
}
