import { DropdownMenu } from '@wordpress/components';
import { __ } from '@wordpress/i18n';
import { chevronDown } from '@wordpress/icons';

/** What is needed rarely. */
export type RareAction = 'test' | 'rotate' | 'disconnect';

/** The menu of what is needed rarely. On a copy of the shop, which tells DSTNC nothing, only leaving is left. */
export function MoreMenu({ clone, onChoose }: { clone: boolean; onChoose(action: RareAction): void }) {
  const talking = [
    { title: __('Send a test', 'dstnc-for-woocommerce'), onClick: () => onChoose('test') },
    { title: __('Rotate keys', 'dstnc-for-woocommerce'), onClick: () => onChoose('rotate') },
  ];
  const leaving = [{ title: __('Disconnect', 'dstnc-for-woocommerce'), onClick: () => onChoose('disconnect') }];
  return (
    <DropdownMenu
      className="dstnc-more"
      icon={chevronDown}
      label={__('More actions', 'dstnc-for-woocommerce')}
      text={__('More', 'dstnc-for-woocommerce')}
      controls={clone ? [leaving] : [talking, leaving]}
      popoverProps={{ placement: 'bottom-end' }}
      toggleProps={{
        variant: 'tertiary',
        iconPosition: 'right',
        size: 'default',
        __next40pxDefaultSize: true,
        showTooltip: false,
      }}
    />
  );
}
