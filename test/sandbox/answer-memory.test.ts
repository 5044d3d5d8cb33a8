import { expect, test } from 'vitest';
import { AnswerMemory } from './answer-memory.ts';

const answer = { status: 200, json: '{}' };

test('remembers the newest 10 000 keys', () => {
  const memory = new AnswerMemory();
  for (let n = 0; n < 10_001; n += 1) memory.remember(`k${n}`, 'f', answer);
  expect(memory.recall('k0', 'f')).toBe('new');
  expect(memory.recall('k1', 'f')).toBe(answer);
  expect(memory.recall('k1', 'other')).toBe('conflict');
});
