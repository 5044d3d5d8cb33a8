const address = {
  first_name: 'Example',
  last_name: 'Shopper',
  address_1: 'Example Street 1',
  city: 'Exampletown',
  postcode: '00000',
  country: 'DE',
};

/** The fields of an order that say who ordered: nobody that exists. */
export const shopper = {
  billing: { ...address, email: 'shopper@shop.example', phone: '000000' },
  shipping: address,
} as const;
