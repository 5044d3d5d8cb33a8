import type { OrderAddress } from '@dstnc/shared';

/** An address in WooCommerce's words, which are the same over wc/v3 and the Legacy API. */
export function addressOf(address: OrderAddress): Record<string, string> {
  return {
    first_name: address.firstName,
    last_name: address.lastName,
    company: address.company ?? '',
    address_1: address.address1,
    address_2: address.address2 ?? '',
    city: address.city,
    state: address.state ?? '',
    postcode: address.postcode,
    country: address.country,
    phone: address.phone ?? '',
  };
}
