import { recogniseBlocker } from './recognise-blocker.ts';
import type { StoreFailure } from './store-failure.ts';

/** A failure in the words of somebody who has a shop and never heard of a status code. */
export interface VendorWords {
  /** What is. */
  readonly title: string;
  /** The one thing to do. */
  readonly advice: string;
}

/** Says what keeps DSTNC from a shop, and what the vendor can do about it. */
export function tellVendor(failure: StoreFailure): VendorWords {
  const blocker = recogniseBlocker(failure);
  if (blocker !== null)
    return { title: `${capital(blocker.name)} blocks DSTNC's requests to your shop.`, advice: blocker.advice };
  switch (failure.kind) {
    case 'unreachable':
      return unreachable(failure.because);
    case 'timeout':
      return {
        title: 'Your shop takes too long to answer DSTNC.',
        advice:
          'Try again in some minutes. If it stays slow, ask your host why the shop is slow, or blocks requests from outside.',
      };
    case 'forbidden_address':
      return { title: "DSTNC can't call the address of your shop.", advice: failure.message };
    case 'redirect':
      return {
        title: `Your shop sends DSTNC on to another address${failure.location === null ? '' : ` (${failure.location})`}.`,
        advice:
          'Under Settings > General, set both WordPress addresses to the one that shoppers end up at, and switch off redirects of /wp-json/.',
      };
    case 'unauthorized':
      return {
        title: "Your shop doesn't accept DSTNC's key.",
        advice:
          'Renew the access on this page. If that fails, something removes the key from requests: ask your host to pass the "Authorization" header on.',
      };
    case 'not_found':
      return failure.code === 'rest_no_route'
        ? {
            title: "The DSTNC plugin doesn't answer in your shop.",
            advice: 'Check under Plugins that "DSTNC for WooCommerce" and WooCommerce are active.',
          }
        : { title: "Your shop doesn't have what DSTNC asked for.", advice: 'Try again; if it stays so, tell DSTNC.' };
    case 'not_json':
      return failure.status === 401 || failure.status === 403 || failure.status === 406
        ? {
            title: 'A firewall or security plugin turns DSTNC away from your shop.',
            advice:
              'Let requests to /wp-json/ pass: in Solid Security switch off "Filter suspicious query strings in the URL", in other security plugins allow the REST API, and take password protection off the shop.',
          }
        : {
            title: 'Your shop answers DSTNC with a web page instead of data.',
            advice:
              'Take /wp-json/ out of page caches, maintenance mode and security plugins. Under Settings > Permalinks, press Save once.',
          };
    case 'truncated':
      return {
        title: "Your shop's answers to DSTNC are cut off or damaged.",
        advice:
          "A plugin prints something into the answer, or PHP stops in the middle: the shop's PHP error log says why.",
      };
    case 'too_large':
      return { title: 'Your shop sends more data than DSTNC can take.', advice: 'Tell DSTNC.' };
    case 'throttled':
      return {
        title:
          failure.status === 429
            ? 'Your shop asks DSTNC for fewer requests.'
            : 'Your shop is overloaded or under maintenance.',
        advice: 'Wait a few minutes. If it stays so, ask your host about limits for requests to /wp-json/.',
      };
    case 'server_error':
      return {
        title: 'Your shop fails while it answers DSTNC.',
        advice:
          'The PHP error log, or WooCommerce > Status > Logs, says why. Often it is a plugin that was updated lately.',
      };
    case 'refused':
      return {
        title: 'Your shop refuses what DSTNC asks.',
        advice: 'Update WooCommerce and the DSTNC plugin, then try again.',
      };
    case 'mismatch':
      return {
        title: 'Your shop answers something else than DSTNC asked for.',
        advice: 'A cache stands in between: take /wp-json/ out of it.',
      };
  }
}

function unreachable(because: Extract<StoreFailure, { kind: 'unreachable' }>['because']): VendorWords {
  switch (because) {
    case 'dns':
      return {
        title: "DSTNC can't find your shop's address.",
        advice: "Check the address under Settings > General, and that the domain's DNS works.",
      };
    case 'tls':
      return {
        title: "Your shop's HTTPS certificate isn't valid.",
        advice: 'Ask your host to renew it: it is expired, incomplete, or made out to another name.',
      };
    default:
      return {
        title: "DSTNC can't reach your shop.",
        advice: "Ask your host whether the shop's server is up and takes requests from outside.",
      };
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
