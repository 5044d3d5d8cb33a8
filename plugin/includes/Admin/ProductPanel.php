<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Admin;

use Dstnc\WooCommerce\Catalog\Verdict;
use Dstnc\WooCommerce\Module;
use Dstnc\WooCommerce\Plugin;

defined( 'ABSPATH' ) || exit;

/** A small box on a product's screen: can it be bought on DSTNC, and if not, why. From the shop's own data, without asking anybody. */
final class ProductPanel implements Module {

	/** As many variations as a person reads; the page has the others. */
	private const MOST_VARIATIONS = 20;

	private Plugin $plugin;

	public function __construct( Plugin $plugin ) {
		$this->plugin = $plugin;
	}

	public function register(): void {
		add_action( 'add_meta_boxes_product', array( $this, 'addBox' ) );
	}

	public function addBox(): void {
		if ( null !== $this->plugin->connections()->current() && current_user_can( 'manage_woocommerce' ) ) {
			add_meta_box( 'dstnc-product', __( 'DSTNC', 'dstnc-for-woocommerce' ), array( $this, 'show' ), 'product', 'side' );
		}
	}

	/** @param mixed $post The product's. */
	public function show( $post ): void {
		$product = $post instanceof \WP_Post ? wc_get_product( $post->ID ) : null;
		if ( ! $product instanceof \WC_Product || 'auto-draft' === $product->get_status( 'edit' ) ) {
			echo '<p>' . esc_html__( 'Once you have saved the product, you see here whether it can be bought on DSTNC.', 'dstnc-for-woocommerce' ) . '</p>';
			return;
		}
		if ( $this->plugin->siteIdentity()->isClone() ) {
			echo '<p>' . esc_html__( 'This is a copy of the connected shop. Nothing is sent to DSTNC from here.', 'dstnc-for-woocommerce' ) . '</p>';
			return;
		}
		$verdicts = $product instanceof \WC_Product_Variable ? Verdict::each( $product ) : array();
		if ( array() === $verdicts ) {
			$this->showOne( Verdict::of( $product ) );
		} else {
			$this->showAll( $verdicts );
		}
	}

	private function showOne( Verdict $verdict ): void {
		printf( '<p><strong>%1$s</strong></p><p>%2$s</p>%3$s', esc_html( self::headline( $verdict->purchasable ) ), esc_html( $verdict->sentence ), wp_kses_post( self::link( $verdict->externalId ) ) );
	}

	/** @param list<Verdict> $verdicts One per variation. */
	private function showAll( array $verdicts ): void {
		$not = array_values( array_filter( $verdicts, static fn( Verdict $verdict ): bool => ! $verdict->purchasable ) );
		$all = count( $verdicts );
		$can = $all - count( $not );
		printf(
			'<p><strong>%s</strong></p>',
			esc_html(
				sprintf(
					/* translators: 1: number of variations that can be bought, 2: number of all variations. */
					_n( '%1$s of %2$s variation can be bought on DSTNC', '%1$s of %2$s variations can be bought on DSTNC', $all, 'dstnc-for-woocommerce' ),
					number_format_i18n( $can ),
					number_format_i18n( $all )
				)
			)
		);
		echo array() === $not ? '' : '<ul>';
		foreach ( array_slice( $not, 0, self::MOST_VARIATIONS ) as $verdict ) {
			printf( '<li><strong>%1$s</strong> %2$s</li>', esc_html( $verdict->title ), esc_html( $verdict->sentence ) );
		}
		echo array() === $not ? '' : '</ul>';
		if ( count( $not ) > self::MOST_VARIATIONS ) {
			$more = count( $not ) - self::MOST_VARIATIONS;
			/* translators: %s: number of variations. */
			echo '<p>' . esc_html( sprintf( _n( 'and %s more.', 'and %s more.', $more, 'dstnc-for-woocommerce' ), number_format_i18n( $more ) ) ) . '</p>';
		}
		echo wp_kses_post( self::link( $verdicts[0]->externalId ) );
	}

	private static function headline( bool $purchasable ): string {
		return $purchasable ? __( 'Can be bought on DSTNC', 'dstnc-for-woocommerce' ) : __( 'Not purchasable on DSTNC', 'dstnc-for-woocommerce' );
	}

	/** To the page's look-up, which also knows what has arrived at DSTNC. */
	private static function link( string $externalId ): string {
		return sprintf(
			'<p><a href="%1$s">%2$s</a></p>',
			esc_url( admin_url( 'admin.php?page=' . AdminPage::SLUG . '&product=' . rawurlencode( $externalId ) ) ),
			esc_html__( 'What DSTNC has of it', 'dstnc-for-woocommerce' )
		);
	}
}
