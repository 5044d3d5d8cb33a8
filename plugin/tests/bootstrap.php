<?php
/**
 * PHPUnit without a WordPress: the few functions of WordPress that the tested classes call, over state in memory.
 * What needs a real shop is tested with one: see test/plugin.
 *
 * @package Dstnc\WooCommerce
 */

declare(strict_types=1);

use Dstnc\WooCommerce\Tests\Wordpress;

define( 'ABSPATH', __DIR__ . '/' );
define( 'MINUTE_IN_SECONDS', 60 );
define( 'HOUR_IN_SECONDS', 3600 );
define( 'DAY_IN_SECONDS', 86400 );
define( 'WEEK_IN_SECONDS', 604800 );
define( 'DSTNC_PLUGIN_FILE', dirname( __DIR__ ) . '/dstnc-for-woocommerce.php' );
define( 'DSTNC_PLUGIN_VERSION', '1.0.0' );

require dirname( __DIR__ ) . '/vendor/autoload.php';
require dirname( __DIR__ ) . '/includes/autoload.php';
require __DIR__ . '/wordpress-functions.php';

Wordpress::reset();
