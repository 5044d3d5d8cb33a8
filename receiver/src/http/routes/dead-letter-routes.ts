import { Router } from 'express';
import { z } from 'zod';
import { deadLetterView } from '../../dead-letters/dead-letter-view.ts';
import { discardDeadLetter } from '../../dead-letters/discard-dead-letter.ts';
import type { Storage } from '../../storage/storage.ts';
import { ProblemError } from '../problem-error.ts';

/** `/v1/dead-letters…`: what waits for a person. @param replay see webhooks/replay-dead-letter.ts */
export function deadLetterRoutes(
  storage: Storage,
  replay: (id: string) => Promise<'replayed' | 'unknown' | 'unreadable'>,
  clock: () => number,
): Router {
  const router = Router();

  router.get('/v1/dead-letters', async (request, response) => {
    const store = z.string().optional().parse(request.query.store);
    const letters = await storage.deadLetters.list(store);
    response.json({ deadLetters: letters.map(deadLetterView) });
  });

  router.get('/v1/dead-letters/:id', async (request, response) => {
    const letter = await storage.deadLetters.byId(request.params.id);
    if (letter === null) throw unknown();
    response.json(deadLetterView(letter));
  });

  router.post('/v1/dead-letters/:id/replay', async (request, response) => {
    switch (await replay(request.params.id)) {
      case 'replayed':
        response.status(202).json({ id: request.params.id, state: 'replayed' });
        return;
      case 'unknown':
        throw unknown();
      case 'unreadable':
        throw new ProblemError(422, 'still-unreadable', {
          title: 'The delivery is as unreadable as before',
          detail:
            'Nothing in it names a product. Discard it; with keys, `POST /v1/stores/:id/sync` reads the store again.',
        });
    }
  });

  router.delete('/v1/dead-letters/:id', async (request, response) => {
    const { id } = request.params;
    switch (await discardDeadLetter({ storage, clock }, id)) {
      case 'discarded':
        response.status(204).end();
        return;
      case 'newer_change':
        response.json({
          id,
          state: 'newer_change',
          detail: 'The letter is discarded. The product has changed since; that change goes on being tried.',
        });
        return;
      case 'unknown':
        throw unknown();
    }
  });

  return router;
}

function unknown(): ProblemError {
  return new ProblemError(404, 'unknown-dead-letter', {
    title: 'There is no such dead letter',
    detail: 'It may have been settled.',
  });
}
