import type { Check } from '@dstnc/shared';
import type { AccessReading } from '../connections/access-reading.ts';
import { fine, unclear, wrong } from './make-check.ts';
import { NEW_KEY } from './tell-without-plugin.ts';

/** What came of trying a shop's keys anew, where it is spoken to by the Legacy API and nothing else can be asked of it. */
export function examineLegacy(found: AccessReading): Check[] {
  const key = fine('key', "Your shop accepts DSTNC's key.");
  if (found.ok) {
    return [
      fine('reachable', 'DSTNC can reach your shop.'),
      fine('rest_api', 'The API of your shop answers.'),
      key,
      fine('permissions', "DSTNC's key may read and write."),
    ];
  }
  const { kind, message } = found.problem;
  const why = 'Nothing of your shop reaches DSTNC until then.';
  const problem = (id: string, title: string, advice: string) =>
    wrong(id, 'problem', { title, detail: message, why, advice, technical: kind });
  switch (kind) {
    case 'read_only':
    case 'write_only':
      return [key, problem('permissions', "DSTNC's key isn't allowed to read and write.", NEW_KEY)];
    case 'role':
      return [key, problem('user', 'The user that DSTNC acts as may not manage the shop any more.', NEW_KEY)];
    case 'unknown_key':
    case 'wrong_secret':
      return [problem('key', "Your shop doesn't accept DSTNC's key.", NEW_KEY)];
    default:
      return [
        problem(
          'rest_api',
          'The Legacy API of your shop does not answer DSTNC.',
          'Switch it on under WooCommerce > Settings > Advanced > Legacy API (from WooCommerce 9.0 on with the plugin "WooCommerce Legacy REST API").',
        ),
        unclear('key', "Whether your shop accepts DSTNC's key can't be told yet."),
      ];
  }
}
