import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { hashToken } from '../connections/secret-token.ts';
import { operatorOf } from '../operators/operator-of.ts';
import type { Store } from '../stores/store.ts';
import { ProblemError } from './problem-error.ts';

/** Who calls: an operator, or a store's plugin. */
export type Caller =
  /** By the name of its token. */
  { readonly kind: 'operator'; readonly name: string } | { readonly kind: 'store'; readonly storeId: string };

/** Where {@link authenticate} finds stores. */
export interface TokenBook {
  byTokenHash(hash: string): Promise<Store | null>;
  /** The plugin has its newest token: what it had before is void. */
  settle(store: Store): Promise<void>;
}

/**
 * Lets operators (`ADMIN_TOKEN`) and connected stores (`storeToken`) pass, and remembers which it is. What a store may see is up to the
 * routes behind: {@link operatorsOnly} and {@link callerOf}.
 */
export function authenticate(adminToken: string, stores: TokenBook): RequestHandler {
  const operator = operatorOf(adminToken);
  return async (request, response, next) => {
    response.locals.caller = await callerBy(bearer(request));
    next();
  };

  async function callerBy(token: string | undefined): Promise<Caller> {
    if (token !== undefined) {
      const name = operator(token);
      if (name !== null) return { kind: 'operator', name };
      const hash = hashToken(token);
      const store = await stores.byTokenHash(hash);
      // The database found it by its digest; compared here in constant time, that search is a hint and no proof.
      const is = (tokenHash: string | null | undefined) => timingSafeEqual(digest(tokenHash ?? ''), digest(hash));
      if (store !== null && is(store.tokenHash)) {
        if (store.previous !== null) await stores.settle(store);
        return { kind: 'store', storeId: store.id };
      }
      if (store !== null && is(store.previous?.tokenHash)) return { kind: 'store', storeId: store.id };
    }
    throw new ProblemError(401, 'unauthorized', {
      title: 'This needs a token',
      detail:
        'Send "Authorization: Bearer TOKEN": the operator\'s ADMIN_TOKEN, or the storeToken of a connected store.',
    });
  }
}

/** Turns stores away from what is the operators'. */
export const operatorsOnly: RequestHandler = (_request, response, next) => {
  if (callerOf(response).kind !== 'operator') {
    throw new ProblemError(403, 'operators-only', {
      title: 'This is for operators',
      detail: "A store's token is good for its own store's routes only.",
    });
  }
  next();
};

/** Who calls, as {@link authenticate} found out. */
export function callerOf(response: Response): Caller {
  return response.locals.caller as Caller;
}

function bearer(request: Request): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.get('authorization') ?? '')?.[1];
}

/** Equal lengths for the comparison, whatever was sent. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
