<?php
/**
 * Constants that exist when the plugin runs, for static analysis.
 *
 * @package Dstnc\WooCommerce
 */

define( 'ABSPATH', __DIR__ . '/' );
define( 'DSTNC_PLUGIN_FILE', __FILE__ );
define( 'DSTNC_PLUGIN_VERSION', '1.0.0' );
define( 'WC_PLUGIN_FILE', __FILE__ );
define( 'WC_VERSION', '11.0.1' );
define( 'WP_CLI', rand( 0, 1 ) === 1 );
define( 'OBJECT', 'OBJECT' );
define( 'OBJECT_K', 'OBJECT_K' );
define( 'ARRAY_A', 'ARRAY_A' );
define( 'ARRAY_N', 'ARRAY_N' );
define( 'MINUTE_IN_SECONDS', 60 );
define( 'HOUR_IN_SECONDS', 3600 );
define( 'DAY_IN_SECONDS', 86400 );
define( 'WEEK_IN_SECONDS', 604800 );

define( 'DB_NAME', rand( 0, 1 ) ? 'wordpress' : 'shop' );
