import type { PluginRefusal } from '../woocommerce/orders/plugin-orders.ts';

/** Why an order is not placed: nothing of it is, or stays, in the store. */
export interface OrderRefusal {
  /** Last part of the problem's type: stable, for programs. */
  readonly type:
    | 'product-gone'
    | 'not-purchasable'
    | 'too-few'
    | 'wrong-currency'
    | 'unknown-country'
    | 'total-differs'
    | 'store-disconnected'
    | 'reference-reused'
    | 'order-refused';
  readonly title: string;
  /** In words for operators, without personal data. */
  readonly detail: string;
  /** Figures for programs. */
  readonly more: Readonly<Record<string, unknown>>;
}

/** The product isn't in the store any more, or isn't shown on DSTNC. */
export function productGone(externalId: string): OrderRefusal {
  return {
    type: 'product-gone',
    title: 'A product is gone',
    detail: `${externalId} is not in the store any more.`,
    more: { externalId },
  };
}

/** @param reason what the listing says, without a full stop */
export function notPurchasable(externalId: string, reason: string): OrderRefusal {
  return {
    type: 'not-purchasable',
    title: "A product can't be bought",
    detail: `${externalId} can't be bought: ${reason}.`,
    more: { externalId, reason },
  };
}

/** Fewer are there than were ordered. */
export function tooFew(externalId: string, wanted: number, available: number): OrderRefusal {
  return {
    type: 'too-few',
    title: 'There are too few of a product',
    detail: `${wanted} of ${externalId} are wanted, and the store has ${available}.`,
    more: { externalId, wanted, available },
  };
}

/** @param got the store's */
export function wrongCurrency(wanted: string, got: string): OrderRefusal {
  return {
    type: 'wrong-currency',
    title: 'The store has another currency',
    detail: `The order is in ${wanted}, and the store sells in ${got}.`,
    more: { wanted, got },
  };
}

/** No country is known by that code. */
export function unknownCountry(country: string): OrderRefusal {
  return {
    type: 'unknown-country',
    title: 'There is no such country',
    detail: `"${country}" is not a country's code of two capitals (ISO 3166-1).`,
    more: { country },
  };
}

/** The order in the store would not come to what DSTNC has asked of its customer. */
export function totalDiffers(wanted: string, got: string): OrderRefusal {
  return {
    type: 'total-differs',
    title: 'The order would come to another total',
    detail: `The order comes to ${wanted}, and in the store it would come to ${got}. Check the store's tax rates and what the lines add up to.`,
    more: { wanted, got },
  };
}

/** The store was disconnected before it was asked for the order. */
export function storeDisconnected(): OrderRefusal {
  return {
    type: 'store-disconnected',
    title: 'This store is disconnected',
    detail: 'Nothing can be ordered from it any more.',
    more: {},
  };
}

/** It was on its way when its store was disconnected, and is not in the store that is connected again. */
export function notThere(): OrderRefusal {
  return {
    type: 'order-refused',
    title: 'The order is not in the store',
    detail:
      'The store was disconnected while it was being placed, and does not have it. Send the same order again if it is still wanted.',
    more: {},
  };
}

/** WooCommerce itself refuses the order, with its code. */
export function refusedByStore(code: string): OrderRefusal {
  return {
    type: 'order-refused',
    title: 'The store refuses the order',
    detail: `WooCommerce refuses the order (${code}).`,
    more: { code },
  };
}

/** The shop begins the order, and never comes to its end. */
export function unfinished(times: number): OrderRefusal {
  return {
    type: 'order-refused',
    title: 'The store does not finish the order',
    detail: `The store began the order ${times} times and never wrote its lines. An error in the shop, mostly of a plugin that hears of new orders, stops it: see its PHP log.`,
    more: { times },
  };
}

/** The shop doesn't let an order have the status that it is to get. */
export function statusRefused(status: string, code: string): OrderRefusal {
  return {
    type: 'order-refused',
    title: 'The store refuses the order',
    detail: `WooCommerce doesn't let the order become "${status}" (${code}).`,
    more: { code, orderStatus: status },
  };
}

/** What the plugin says, in our words. */
export function refusedByPlugin({ code, message, data }: PluginRefusal): OrderRefusal {
  const externalId = data.externalId ?? 'a product';
  switch (code) {
    case 'product_gone':
      return productGone(externalId);
    case 'not_purchasable':
      return notPurchasable(externalId, data.reason ?? 'the store says so');
    case 'too_few':
      return tooFew(externalId, Number(data.wanted ?? 0), Number(data.available ?? 0));
    case 'wrong_currency':
      return wrongCurrency(String(data.wanted ?? ''), String(data.got ?? ''));
    case 'unknown_country':
      return unknownCountry(data.country ?? '');
    case 'total_differs':
      return totalDiffers(String(data.wanted ?? ''), String(data.got ?? ''));
    case 'reference_reused':
      return {
        type: 'reference-reused',
        title: 'This reference stands for another order',
        detail: 'The store has another order under this reference. Every order needs a reference of its own.',
        more: {},
      };
    case 'invalid':
      return {
        ...refusedByStore('rest_invalid_param'),
        detail: `The DSTNC plugin in the shop refuses the order: ${message}`,
      };
    default:
      return { ...refusedByStore(`dstnc_${code}`), ...(message !== '' && { detail: message }) };
  }
}
