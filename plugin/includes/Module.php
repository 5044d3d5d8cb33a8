<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce;

defined( 'ABSPATH' ) || exit;

/** A part of the plugin that listens to WordPress. */
interface Module {

	/** Adds its hooks. Called once per request, before `init`; must cost next to nothing. */
	public function register(): void;
}
