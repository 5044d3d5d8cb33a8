<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Health\Checks;

use Dstnc\WooCommerce\Health\Check;

defined( 'ABSPATH' ) || exit;

/**
 * What a check offers to do about it.
 *
 * @phpstan-import-type Action from Check
 */
final class Button {

	/**
	 * @param string $do `repair`, `rotate`, `check` or `reconnect`.
	 * @return Action
	 */
	public static function remedy( string $do, string $label = '' ): array {
		$labels = array(
			'repair'    => __( 'Repair', 'dstnc-for-woocommerce' ),
			'reconnect' => __( 'Connect again', 'dstnc-for-woocommerce' ),
			'check'     => __( 'Check again', 'dstnc-for-woocommerce' ),
		);
		return array(
			'label' => '' === $label ? $labels[ $do ] ?? $do : $label,
			'do'    => $do,
		);
	}

	/** @return Action */
	public static function page( string $label, string $path ): array {
		return Button::link( $label, admin_url( $path ) );
	}

	/** @return Action */
	public static function link( string $label, string $url ): array {
		return array(
			'label' => $label,
			'url'   => $url,
		);
	}
}
