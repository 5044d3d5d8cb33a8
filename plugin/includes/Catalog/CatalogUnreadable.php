<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Catalog;

defined( 'ABSPATH' ) || exit;

/** The catalogue could not be read whole, which says nothing about what is in it. Worth another try. */
final class CatalogUnreadable extends \RuntimeException {}
