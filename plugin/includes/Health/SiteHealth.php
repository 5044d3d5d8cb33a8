<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Health;

use Dstnc\WooCommerce\Module;
use Dstnc\WooCommerce\Plugin;

defined( 'ABSPATH' ) || exit;

/** The troubleshooter in Tools > Site Health: what is wrong one by one, what is fine in one line. */
final class SiteHealth implements Module {

	private const OUTSIDE = 'dstnc_outside';

	private Plugin $plugin;

	public function __construct( Plugin $plugin ) {
		$this->plugin = $plugin;
	}

	public function register(): void {
		add_filter( 'site_status_tests', array( $this, 'addTests' ) );
		// WordPress writes the name of a test with a hyphen when its page asks for the result.
		add_action( 'wp_ajax_health-check-dstnc-outside', array( $this, 'answer' ) );
	}

	/**
	 * @param mixed $tests
	 * @return mixed
	 */
	public function addTests( $tests ) {
		if ( ! is_array( $tests ) || null === $this->plugin->connections()->current() ) {
			return $tests;
		}
		$direct = is_array( $tests['direct'] ?? null ) ? $tests['direct'] : array();
		$async  = is_array( $tests['async'] ?? null ) ? $tests['async'] : array();
		foreach ( self::grouped( $this->plugin->checks()->run( false ) ) as $id => $checks ) {
			$direct[ $id ] = array(
				'label' => __( 'DSTNC', 'dstnc-for-woocommerce' ),
				'test'  => fn(): array => $this->result( $id, $checks ),
			);
		}
		// Those take seconds.
		$async[ self::OUTSIDE ] = array(
			'label'     => __( 'DSTNC, seen from outside', 'dstnc-for-woocommerce' ),
			'test'      => self::OUTSIDE,
			'skip_cron' => true,
		);
		return array_merge(
			$tests,
			array(
				'direct' => $direct,
				'async'  => $async,
			)
		);
	}

	/** Answers Site Health's page. */
	public function answer(): void {
		check_ajax_referer( 'health-check-site-status' );
		if ( ! current_user_can( 'view_site_health_checks' ) ) {
			wp_send_json_error();
		}
		$outside = array_filter(
			$this->plugin->checks()->run( true ),
			static fn( Check $check ): bool => in_array( $check->id, array( 'receiver', 'rest_api', 'authorization' ), true ) || 0 === strpos( $check->id, 'outside_' )
		);
		wp_send_json_success( $this->result( self::OUTSIDE, array_values( $outside ) ) );
	}

	/**
	 * @param list<Check> $checks
	 * @return array<string, non-empty-list<Check>> By the test's name.
	 */
	private static function grouped( array $checks ): array {
		$groups = array();
		foreach ( $checks as $check ) {
			$groups[ in_array( $check->status, array( Check::PROBLEM, Check::WARNING ), true ) ? "dstnc_$check->id" : 'dstnc' ][] = $check;
		}
		return $groups;
	}

	/**
	 * @param list<Check> $checks
	 * @return array<string, mixed> As WordPress wants it.
	 */
	private function result( string $test, array $checks ): array {
		$worst = null;
		foreach ( $checks as $check ) {
			if ( Check::PROBLEM === $check->status || ( Check::WARNING === $check->status && null === $worst ) ) {
				$worst = $check;
				if ( Check::PROBLEM === $check->status ) {
					break;
				}
			}
		}
		$description = '';
		foreach ( null === $worst ? $checks : array( $worst ) as $check ) {
			$description .= sprintf( '<p>%1$s%2$s</p>', null === $worst ? '<strong>' . esc_html( $check->title ) . '.</strong> ' : '', esc_html( $check->detail ) );
			if ( null !== $worst ) {
				$description .= sprintf( '<p>%1$s</p><p>%2$s</p>', esc_html( $check->why ), esc_html( $check->advice ) );
			}
		}
		if ( null === $worst ) {
			$label = self::OUTSIDE === $test ? __( 'DSTNC and your shop reach each other', 'dstnc-for-woocommerce' ) : __( 'The connection to DSTNC is fine', 'dstnc-for-woocommerce' );
			$color = 'good';
		} else {
			/* translators: %s: what is wrong. */
			$label = sprintf( __( 'DSTNC: %s', 'dstnc-for-woocommerce' ), $worst->title );
			$color = Check::PROBLEM === $worst->status ? 'critical' : 'recommended';
		}
		$link    = null === $worst ? null : $worst->problem()->link;
		$actions = sprintf(
			'<p><a href="%1$s">%2$s</a></p>',
			esc_url( null === $link ? Incidents::pageUrl() : $link['url'] ),
			esc_html( null === $link ? __( 'Open the DSTNC page', 'dstnc-for-woocommerce' ) : $link['label'] )
		);
		return array(
			'label'       => $label,
			'status'      => $color,
			'badge'       => array(
				'label' => __( 'DSTNC', 'dstnc-for-woocommerce' ),
				'color' => 'blue',
			),
			'description' => $description,
			'actions'     => $actions,
			'test'        => $test,
		);
	}
}
