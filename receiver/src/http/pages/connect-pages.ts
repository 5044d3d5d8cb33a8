import { KEY_PATHS } from '../../connections/request-keys.ts';
import type { InvitationRow, KeyRequest } from '../../storage/storage.ts';
import { type Markup, markup, type Page } from './page.ts';

/** How long a shop's keys are tried before the vendor is told to begin anew, in milliseconds: whoever tried them may be gone. */
const TRYING_MS = 3 * 60_000;

const BEGIN_ANEW = markup`<p>Open the link in your DSTNC invitation again.</p>`;

/** What a vendor sees first. @param wrong what was wrong with the shop's address, if it was entered before as `shop` */
export function invitationPage(
  code: string,
  { vendor, url }: Pick<InvitationRow, 'vendor' | 'url'>,
  entered?: { readonly shop: string; readonly wrong: string },
): Page {
  const wrong = entered === undefined ? markup`` : markup`<p class="wrong" role="alert">${entered.wrong}</p>`;
  const shop =
    url === null
      ? markup`<label for="shop">Address of your shop</label>
<input id="shop" name="shop" type="text" inputmode="url" autocomplete="url" autocapitalize="none" spellcheck="false" required maxlength="500" placeholder="https://shop.example" value="${entered?.shop ?? ''}">`
      : markup`<p>Your shop: <strong>${url}</strong></p>`;
  return {
    title: 'Connect your shop to DSTNC',
    body: markup`<p>Your products, stock and prices appear on DSTNC, and orders from DSTNC appear in your shop. This invitation is for the account <strong>${vendor}</strong>.</p>
${wrong}<form method="post" action="${KEY_PATHS.start}">
<input type="hidden" name="invite" value="${code}">
${shop}
<h2>What happens next</h2>
<ol>
<li>Your shop asks you to log in, as an administrator or shop manager.</li>
<li>It asks whether DSTNC may read and write. Choose <strong>Approve</strong>.</li>
<li>You come back here and see whether it worked.</li>
</ol>
<p class="note">DSTNC can then do what you can do with products and orders, until you take that back under WooCommerce &gt; Settings &gt; Advanced &gt; REST API. If your user is deleted, the connection ends.</p>
<button type="submit">Continue to your shop</button>
</form>`,
  };
}

/** On the way to the shop. */
export function leavingPage(shop: string, address: string): Page {
  return {
    title: 'On to your shop',
    body: markup`<p>You are being taken to <strong>${shop}</strong>. If nothing happens, go there yourself:</p>
<p><a class="button" href="${address}">Go to your shop</a></p>
<p class="note">If your shop says that there is no such page, choose another structure than "Plain" under Settings &gt; Permalinks in its wp-admin, press Save, and begin again.</p>`,
    refresh: { seconds: 0, to: address },
  };
}

/**
 * When a vendor has come back from the shop.
 *
 * @param request null: nobody knows what for
 * @param approved whether the shop says that the vendor has approved
 */
export function returnPage(request: KeyRequest | null, { approved, now }: { approved: boolean; now: number }): Page {
  if (request === null)
    return failedPage('There is nothing to see here', 'This page belongs to another, newer attempt.');
  const { shop, outcome, takenAt, expiresAt } = request;
  if (outcome?.kind === 'connected') {
    return {
      title: 'Your shop is connected',
      body: markup`<p><strong>${shop}</strong> is connected to DSTNC, and your products are being imported. There is nothing left for you to do: you can close this page.</p>`,
    };
  }
  if (outcome?.kind === 'refused') return failedPage("Your shop isn't connected", outcome.reason);
  if (!approved) {
    const advice = markup`<p>To connect it after all, open the link in your DSTNC invitation again.</p>`;
    return failedPage("Your shop isn't connected", 'You have not approved it, and nothing was changed.', advice);
  }
  const isOver = takenAt === null ? now >= expiresAt : now - takenAt > TRYING_MS;
  if (isOver) return failedPage("Your shop isn't connected", 'It took too long.');
  return {
    title: 'Nearly there',
    body: markup`<p role="status">DSTNC is trying to reach <strong>${shop}</strong> with its new key. This page goes on by itself, in some seconds as a rule.</p>`,
    refresh: { seconds: 2 },
  };
}

/** Nothing came of it. @param said for the vendor */
export function failedPage(title: string, said: string, advice: Markup = BEGIN_ANEW): Page {
  return { title, body: markup`<p class="wrong" role="alert">${said}</p>${advice}` };
}
