import { SelectControl } from '@wordpress/components';
import { __, sprintf } from '@wordpress/i18n';
import type { ShopUser } from '../api/types.ts';

/** Whom DSTNC acts as in this shop. */
export function UserSelect(props: { users: readonly ShopUser[]; value: number; onChange(id: number): void }) {
  return (
    <SelectControl
      label={__('Acts as', 'dstnc-for-woocommerce')}
      help={__(
        'DSTNC can do what this user can do with products and orders. If the user is deleted, the connection ends.',
        'dstnc-for-woocommerce',
      )}
      value={String(props.value)}
      options={props.users.map(({ id, name, role }) => ({
        value: String(id),
        /* translators: 1: name of a user, 2: the user's role */
        label: sprintf(__('%1$s (%2$s)', 'dstnc-for-woocommerce'), name, role),
      }))}
      onChange={(id) => props.onChange(Number(id))}
      __next40pxDefaultSize
      __nextHasNoMarginBottom
    />
  );
}
