<?php
/**
 * Settles a fresh WooCommerce as the tests expect it. `$args`: hpos (null: leave the version's own default).
 */

$options = array(
	'woocommerce_currency'                          => 'EUR',
	'woocommerce_default_country'                   => 'DE',
	'woocommerce_store_address'                     => 'Example Street 1',
	'woocommerce_store_city'                        => 'Exampletown',
	'woocommerce_store_postcode'                    => '00000',
	'woocommerce_calc_taxes'                        => 'no',
	'woocommerce_prices_include_tax'                => 'yes',
	'woocommerce_manage_stock'                      => 'yes',
	'woocommerce_coming_soon'                       => 'no',
	'woocommerce_onboarding_profile'                => array(
		'skipped'   => true,
		'completed' => true,
	),
	'woocommerce_task_list_hidden'                  => 'yes',
	'woocommerce_task_list_complete'                => 'yes',
	'woocommerce_extended_task_list_hidden'         => 'yes',
	'woocommerce_show_marketplace_suggestions'      => 'no',
	'woocommerce_allow_tracking'                    => 'no',
	'woocommerce_api_enabled'                       => 'yes',
	'woocommerce_admin_notices'                     => array(),
	'woocommerce_custom_orders_table_data_sync_enabled' => 'no',
);
foreach ( $options as $name => $value ) {
	update_option( $name, $value );
}
delete_transient( '_wc_activation_redirect' );

// Cash on delivery takes an order from checkout to processing without any network.
update_option( 'woocommerce_cod_settings', array( 'enabled' => 'yes' ) );

$synchronizer = 'Automattic\WooCommerce\Internal\DataStores\Orders\DataSynchronizer';
if ( null !== $args['hpos'] && class_exists( $synchronizer ) ) {
	$tables = wc_get_container()->get( $synchronizer );
	if ( $args['hpos'] && ! $tables->check_orders_table_exists() ) {
		$tables->create_database_tables();
	}
	update_option( 'woocommerce_custom_orders_table_enabled', $args['hpos'] ? 'yes' : 'no' );
}

flush_rewrite_rules( false );
return array( 'hpos' => class_exists( $synchronizer ) ? get_option( 'woocommerce_custom_orders_table_enabled' ) : null );
