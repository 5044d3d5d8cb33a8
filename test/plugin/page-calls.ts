import type { Store } from '../store/store.ts';

/** An answer to a call of the plugin's page. */
export interface PageAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it freely.
  readonly body: any;
}

/** Calls a route of the plugin's page (`attempts`, `connection/sync`) as the administrator. */
export async function callPage(store: Store, method: string, route: string, body?: unknown): Promise<PageAnswer> {
  const { status, body: answer, raw } = await store.rest(method, `dstnc-admin/v1/${route}`, body);
  return { status, body: answer ?? raw };
}

/** The same as any user, inside the shop. */
export async function callPageAs(
  store: Store,
  user: number,
  method: string,
  route: string,
  body: unknown = {},
): Promise<PageAnswer> {
  return store.php<PageAnswer>(
    `$request = new WP_REST_Request( $args['method'], '/dstnc-admin/v1/' . $args['route'] );
     $request->set_body_params( $args['body'] );
     $response = rest_do_request( $request );
     return array( 'status' => $response->get_status(), 'body' => $response->get_data() );`,
    { args: { method, route, body }, user, where: 'server' },
  );
}

/** The outcome of connecting by the page's calls: the last answer, and the steps up to it. */
export async function connectByPage(store: Store, code: string, userId = 1): Promise<PageAnswer> {
  let answer = await callPage(store, 'POST', 'attempts', { code, userId });
  while (answer.status < 300 && !answer.body.finished && !answer.body.failed) {
    answer = await callPage(store, 'POST', `attempts/${answer.body.id}/next`);
  }
  return answer;
}

/** What a failed call or attempt says. */
export function problemOf(answer: PageAnswer): {
  code: string;
  title: string;
  detail: string;
  advice: string;
  technical: string;
} {
  const failed = answer.body?.steps?.find((step: { state: string }) => step.state === 'failed');
  return failed ? failed.problem : answer.body?.data?.problem;
}
